/**
 * What the tests of all modules share. Begin with {@link io.vhdboot.testing.ExternalTool} (programs
 * that judge our output) and {@link io.vhdboot.testing.SharedData} (files that we did not make).
 */
package io.vhdboot.testing;
