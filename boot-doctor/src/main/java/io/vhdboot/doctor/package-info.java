/**
 * Why a stick or disk does not boot: walks the way a machine goes, from the first sector to the
 * drivers of the Windows in the VHD, and says at each thing that breaks what is seen on the screen
 * and how to mend it. Begin with {@link io.vhdboot.doctor.BootDoctor}; {@link
 * io.vhdboot.doctor.CrashDump} reads what a stopped Windows left behind.
 */
package io.vhdboot.doctor;
