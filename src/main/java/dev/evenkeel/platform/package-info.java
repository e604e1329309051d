/** What every module stands on; knows no module. */
@org.jspecify.annotations.NullMarked
package dev.evenkeel.platform;
