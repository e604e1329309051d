package dev.evenkeel.identity;

import dev.evenkeel.platform.http.ModuleRoutes;
import jakarta.inject.Singleton;
import java.util.Set;

/** The routes of this module. */
@Singleton
public class IdentityRoutes implements ModuleRoutes {
    @Override
    public String module() {
        return IdentityModule.NAME;
    }

    @Override
    public Set<String> segments() {
        return Set.of("auth", "users", "personal-access-tokens", "audit-events");
    }
}
