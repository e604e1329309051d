/** What every HTTP route shares: problem documents, paging, limits, request ids. */
@NullMarked
package dev.evenkeel.platform.http;

import org.jspecify.annotations.NullMarked;
