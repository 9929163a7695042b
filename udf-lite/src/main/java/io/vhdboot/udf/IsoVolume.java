package io.vhdboot.udf;

/**
 * A volume of ISO 9660.
 *
 * @param label the label
 * @param root the root directory
 */
record IsoVolume(String label, IsoFile root) {}
