#!/bin/sh
# Ingests a folder into Evenkeel, measures probes and reads meanwhile, searches, and leaves the service running.
#   ./demo.sh [FOLDER] [--query "own words|more words"]    default: this repository's own files
#   ./demo.sh stop                                         stops the service that the demo started
# Needs a JDK (17 or newer) and nothing else: no Docker, no PostgreSQL, no curl.
set -eu

here=$(pwd)
root=$(cd "$(dirname "$0")" && pwd)
cd "$root"
data=$root/data
service=target/quarkus-app/quarkus-run.jar
client=bench/target/evenkeel-bench.jar
umask 077

if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; else java=java; fi
"$java" -version >/dev/null 2>&1 || { echo "A JDK is needed (17 or newer): set JAVA_HOME or put java on the PATH." >&2; exit 1; }

# True while the service that the demo started is alive; $pid is its process.
running() {
    [ -f "$data/demo.pid" ] || return 1
    pid=$(cat "$data/demo.pid")
    kill -0 "$pid" 2>/dev/null
}

stop() {
    if ! running; then
        echo "The demo's service is not running."
        rm -f "$data/demo.pid"
        return
    fi
    echo "Stopping the service (process $pid) ..."
    kill "$pid"
    waited=0
    while kill -0 "$pid" 2>/dev/null; do
        waited=$((waited + 1))
        [ "$waited" -le 60 ] || { echo "It did not stop within 60 s; see data/demo.log." >&2; exit 1; }
        sleep 1
    done
    rm -f "$data/demo.pid"
    echo "Stopped. Its data stays in $data."
}

# build LABEL POM JAR SOURCES...: builds what is missing or older than its sources.
build() {
    label=$1 pom=$2 jar=$3
    shift 3
    if [ ! -f "$jar" ] || [ -n "$(find "$@" -newer "$jar" -type f | head -n 1)" ]; then
        echo "Building $label ..."
        ./mvnw -q -f "$pom" -DskipTests package
    fi
}

free_port() {
    "$java" -cp "$client" dev.evenkeel.bench.demo.FreePort "$1"
}

start() {
    mkdir -p "$data"
    [ -s "$data/demo-token" ] || od -An -tx1 -N24 /dev/urandom | tr -d ' \n' >"$data/demo-token"
    chmod 600 "$data/demo-token"
    free_port 8080 >"$data/demo.port"
    free_port 9000 >"$data/demo.management-port"
    EVENKEEL_ACCESS_BOOTSTRAP_TOKEN=$(cat "$data/demo-token") \
        QUARKUS_HTTP_HOST=127.0.0.1 \
        QUARKUS_HTTP_PORT=$(cat "$data/demo.port") \
        QUARKUS_MANAGEMENT_HOST=127.0.0.1 \
        QUARKUS_MANAGEMENT_PORT=$(cat "$data/demo.management-port") \
        EVENKEEL_EMBEDDED_POSTGRES_DATA_DIRECTORY=$data \
        nohup "$java" -Xms256m -Xmx1g -jar "$service" >"$data/demo.log" 2>&1 </dev/null &
    pid=$!
    echo "$pid" >"$data/demo.pid"
    echo "Started the service (process $pid, log data/demo.log)."
}

case ${1:-} in
    stop) stop; exit 0 ;;
    -h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac

folder=$root
case ${1:-} in
    "" | --*) ;;
    *)
        folder=$(cd "$here" && cd "$1" && pwd) || { echo "No such folder: $1" >&2; exit 1; }
        shift
        ;;
esac

build "the service" pom.xml "$service" src/main pom.xml
build "the demo's client" bench/pom.xml "$client" bench/src/main bench/pom.xml
running || start

port=$(cat "$data/demo.port")
status=0
"$java" -cp "$client" dev.evenkeel.bench.Demo --port "$port" \
    --management-port "$(cat "$data/demo.management-port")" \
    --token-file "$data/demo-token" --folder "$folder" "$@" || status=$?
if ! running; then
    echo "The service ended; the last lines of data/demo.log:" >&2
    tail -n 20 "$data/demo.log" >&2
    exit 1
fi

echo
echo "  service  http://127.0.0.1:$port   (API under /api/v1)"
echo "  token    data/demo-token          (Authorization: Bearer ...)"
echo "  stop     ./demo.sh stop"
exit $status
