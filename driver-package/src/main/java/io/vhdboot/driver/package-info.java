/**
 * Driver packages of Windows. {@link io.vhdboot.driver.InfFile} is the text of an INF file as
 * sections and lines; {@link io.vhdboot.driver.DriverPackage} is what such a file installs on one
 * Windows; {@link io.vhdboot.driver.InfVerifier} finds its mistakes.
 */
package io.vhdboot.driver;
