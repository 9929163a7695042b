/**
 * The vhdboot command. Begin with {@link io.vhdboot.cli.Vhdboot}. The commands parse, call the
 * libraries and show; whatever they do is a public call of a module below.
 */
package io.vhdboot.cli;
