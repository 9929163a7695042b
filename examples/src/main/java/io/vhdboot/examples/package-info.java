/**
 * Main classes that show each library at work. Begin with {@link io.vhdboot.examples.Recipe2009},
 * the whole job in a page.
 */
package io.vhdboot.examples;
