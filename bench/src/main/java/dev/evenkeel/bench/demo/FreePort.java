package dev.evenkeel.bench.demo;

import dev.evenkeel.bench.process.Ports;

/** Prints the first free port of 127.0.0.1 from the given one; a shell has no portable way to find out. */
public final class FreePort {

    private FreePort() {}

    public static void main(String[] args) {
        System.out.println(Ports.freeFrom(Integer.parseInt(args[0])));
    }
}
