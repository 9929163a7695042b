/**
 * The commands of bcdedit on stores of boot configuration data in files and images, never on the
 * host's own. Begin with {@link io.vhdboot.bcdedit.BcdEdit}; {@link io.vhdboot.bcdedit.Drives}
 * tells which volume has which drive letter.
 */
package io.vhdboot.bcdedit;
