#!/bin/sh
# One command for everything that is measured or tried: bench/run.sh NAME [--option value ...]
# NAME: ladder ingest bulk retrieval search filtered sign-in crash folder large-folder replicas fuzz mcp
#       peer all memory memory-client memory-history memory-cancel; bench/run.sh NAME --help lists the options.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; else java=java; fi

usage() {
    sed -n '2,4s/^# //p' "$0" >&2
    exit 2
}

# Builds what is missing or older than its sources.
build() {
    if [ ! -f "$2" ] || [ -n "$(find "$3" "$4" -newer "$2" -type f | head -n 1)" ]; then
        echo "building $1 ..."
        ./mvnw -q -f "$1" -DskipTests package
    fi
}

# Linux can share processors out by sessions: then each process of PostgreSQL, being a session, counts as much as the whole service.
# The processor's control groups override that (sched(7)), as containers have them, so it is not what is to be measured.
autogroup=/proc/sys/kernel/sched_autogroup_enabled
without_autogroup() {
    [ "$(cat $autogroup 2>/dev/null || echo 0)" = 1 ] || return 0
    if (echo 0 >$autogroup) 2>/dev/null; then
        trap 'echo 1 >$autogroup' EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM
    else
        echo "note: $autogroup is 1, which lengthens the slowest answers; root can turn it off" >&2
    fi
}

run() {
    class=$1
    shift
    "$java" -Xms256m -Xmx2g -cp bench/target/evenkeel-bench.jar "dev.evenkeel.bench.$class" \
        --page docs/performance.md "$@"
}

# The test collection and the peer are not part of this repository.
cranfield=${CRANFIELD:-}
peer=${PEER:-}

ladder() {
    if [ -f "$peer" ] && /usr/bin/python3 -c 'import fastapi, uvicorn, asyncpg, sqlalchemy, uvloop' 2>/dev/null; then
        run Ladder --peer "$peer" "$@"
    else
        echo "without the peer: bench/run.sh peer says what it needs"
        run Ladder "$@"
    fi
}

retrieval() {
    if [ ! -f "$cranfield/cran.all.1400.xml" ]; then
        echo "no collection: set CRANFIELD to its folder, or give --documents, --queries and --qrels" >&2
        run Retrieval "$@"
        return
    fi
    run Retrieval --documents "$cranfield/cran.all.1400.xml" --queries "$cranfield/cran.qry.xml" \
        --qrels "$cranfield/cranqrel.trec.txt" "$@"
}

peer() {
    if [ ! -f "$peer" ]; then
        echo "set PEER to the path of the peer's file" >&2
        exit 1
    fi
    packages="python3-fastapi python3-uvicorn python3-asyncpg python3-sqlalchemy python3-uvloop python3-httptools"
    if ! /usr/bin/python3 -c 'import fastapi, uvicorn, asyncpg, sqlalchemy, uvloop, httptools' 2>/dev/null; then
        echo "missing Debian packages; as root: apt-get install $packages" >&2
        exit 1
    fi
    run Ladder --peer "$peer" "$@"
}

# Clients in Node, from npm; Node itself comes with them.
mcp() {
    clients=$root/bench/target/mcp
    mkdir -p "$clients"
    if ! cmp -s bench/mcp/package.json "$clients/package.json" || [ ! -d "$clients/node_modules/node/bin" ]; then
        cp bench/mcp/package.json "$clients/"
        (cd "$clients" && npm install --no-audit --no-fund --loglevel=error)
    fi
    "$clients/node_modules/node/bin/node" bench/mcp/clients.mjs "$root" "$root/target/quarkus-app/quarkus-run.jar" \
        "$clients/node_modules" "$root/bench/target/work/mcp"
}

[ $# -ge 1 ] || usage
name=$1
shift
case $name in
    ladder | ingest | bulk | retrieval | search | filtered | sign-in | crash | folder | large-folder | replicas | fuzz | mcp | peer | all) ;;
    memory | memory-client | memory-history | memory-cancel) ;;
    *) usage ;;
esac

build pom.xml target/quarkus-app/quarkus-run.jar src/main pom.xml
build bench/pom.xml bench/target/evenkeel-bench.jar bench/src bench/pom.xml

without_autogroup
case $name in
    ladder) ladder "$@" ;;
    ingest) run Ingest "$@" ;;
    bulk) run BulkCeiling "$@" ;;
    retrieval) retrieval "$@" ;;
    search) run SearchLatency "$@" ;;
    filtered) run Filtered "$@" ;;
    sign-in) run SignIn "$@" ;;
    crash) run Crash "$@" ;;
    folder) run Folder "$@" ;;
    large-folder) run LargeFolder "$@" ;;
    replicas) run Replicas "$@" ;;
    fuzz) run Fuzz "$@" ;;
    mcp) mcp ;;
    memory) run memory.Memory "$@" ;;
    memory-client) run memory.MemoryClient "$@" ;;
    memory-history) run memory.MemoryHistory "$@" ;;
    memory-cancel) run memory.MemoryCancel "$@" ;;
    peer) peer "$@" ;;
    all)
        failed=""
        for each in ladder bulk ingest search filtered sign-in retrieval fuzz mcp replicas crash folder large-folder \
            memory-client memory memory-history memory-cancel; do
            [ "$each" != retrieval ] || [ -n "$cranfield" ] || { echo "skipping retrieval: CRANFIELD is not set"; continue; }
            sh "$0" "$each" || failed="$failed $each"
        done
        [ -z "$failed" ] || { echo "failed:$failed" >&2; exit 1; }
        ;;
esac
