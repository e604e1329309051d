package dev.evenkeel.platform.database;

/**
 * What a lane is doing at this moment.
 *
 * @param lane its name
 * @param permits the most that may hold a connection at once
 * @param queueLimit the most that may wait
 * @param connections open connections of the pool behind it, shared by the read and the write lane
 * @param active work that holds a connection
 * @param waiting work that waits for a permit
 * @param rejectedTotal work refused since the start
 */
public record LaneStatus(
        String lane, int permits, int queueLimit, int connections, int active, int waiting, long rejectedTotal) {
    static LaneStatus of(Lane lane, AdmissionGate gate, int connections) {
        return new LaneStatus(
                lane.label(),
                gate.permits(),
                gate.queueLimit(),
                connections,
                gate.active(),
                gate.waiting(),
                gate.rejected());
    }
}
