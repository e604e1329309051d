/** The packaged service as processes of their own: what only a real start, stop or crash can show. */
@NullMarked
package dev.evenkeel.it;

import org.jspecify.annotations.NullMarked;
