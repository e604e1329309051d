package dev.evenkeel.platform;

import java.util.List;

/** A look at the configuration before the service starts. */
public interface StartupCheck {
    /** One sentence for each unsafe setting, beginning with its key; none when all is well. */
    List<String> findings();
}
