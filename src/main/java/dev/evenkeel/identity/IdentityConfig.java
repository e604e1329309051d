package dev.evenkeel.identity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Accounts, sign-in and tokens. */
@ConfigMapping(prefix = "evenkeel.identity")
public interface IdentityConfig {
    /** {@code open}: anybody may register; {@code closed}: administrators create the accounts. */
    @WithDefault("open")
    Registration registration();

    /** Who signs sessions, as their {@code iss} claim says; the same for all replicas. */
    @WithDefault("evenkeel")
    String issuer();

    /** For whom sessions are, as their {@code aud} claim says; the same for all replicas. */
    @WithDefault("evenkeel")
    String audience();

    /**
     * Seals the private keys of sessions in the database: 32 random bytes in Base64, the same for all replicas. Made and
     * kept beside the data with an embedded PostgreSQL; needed with any other.
     */
    Optional<String> keyEncryptionKey();

    /** The sender of mail; with it, links to set a new password are sent by quarkus.mailer.*. */
    Optional<String> mailFrom();

    /** Where a mail about a new password leads, followed by the token; the token alone is sent when absent. */
    Optional<String> resetLink();

    /** How passwords are stored. */
    Password password();

    /** Sessions of people who have signed in. */
    Session session();

    /** How often one may try a password. Counted by each replica for itself. */
    SignIn signIn();

    /** Personal and collection tokens. */
    AccessToken accessToken();

    /** The audit trail. */
    Audit audit();

    /** Requests counted by user and month. */
    Usage usage();

    /** Who may make an account. */
    enum Registration {
        OPEN,
        CLOSED
    }

    /** Argon2id and the worker that computes it. */
    interface Password {
        /** Memory of one hash, in KiB; hashes made with less are renewed at the next sign-in. */
        @WithDefault("19456")
        int memoryKib();

        /** Passes over that memory. */
        @WithDefault("2")
        int iterations();

        /** Lanes of one hash. */
        @WithDefault("1")
        int parallelism();

        /** Hashes computed at the same time; 0 means half of the processors, at least one. */
        @WithDefault("0")
        int threads();

        /** A hash that would have to wait longer than this is refused at once with 503. */
        @WithDefault("10s")
        Duration maxWait();
    }

    /** Lifetimes of sessions. */
    interface Session {
        /** After this time a program of the user has to refresh its session. */
        @WithDefault("15m")
        Duration accessTokenLifetime();

        /** A session that is not refreshed for this long ends. */
        @WithDefault("14d")
        Duration refreshTokenLifetime();

        /** A session ends after this time however often it is refreshed. */
        @WithDefault("90d")
        Duration maxLifetime();

        /** Open sessions of one user; one more ends the oldest. */
        @WithDefault("100")
        int maxPerUser();

        /** A key signs for this long and verifies until the last session that it signed can have ended. */
        @WithDefault("30d")
        Duration signingKeyLifetime();

        /** A permission to set a new password is good for this long, once. */
        @WithDefault("30m")
        Duration passwordResetLifetime();
    }

    /** Attempts with a password; a successful one is not counted. */
    interface SignIn {
        /** Attempts for one account within the window, then 429. */
        @WithDefault("10")
        int attemptsPerAccount();

        /** Attempts from one address within the window, then 429. */
        @WithDefault("300")
        int attemptsPerAddress();

        /** The time in which all attempts come back, one after the other. */
        @WithDefault("5m")
        Duration window();
    }

    /** Limits of access tokens. */
    interface AccessToken {
        /** A token ends after this time unless it is asked for otherwise. */
        @WithDefault("90d")
        Duration defaultLifetime();

        /** The longest time that may be asked for. */
        @WithDefault("365d")
        Duration maxLifetime();

        /** Usable personal tokens of one user. */
        @WithDefault("100")
        int maxPerUser();
    }

    /** How long the trail is kept. */
    interface Audit {
        /** Events older than this are deleted. */
        @WithDefault("400d")
        Duration retention();
    }

    /** How counts get into the database. */
    interface Usage {
        /** Counts are written at this interval; a replica that is killed loses those since the last time. */
        @WithDefault("5s")
        Duration flushInterval();
    }
}
