package io.vhdboot.imaging.apply;

/**
 * How files are transferred.
 *
 * @param overwrites whether files that are in the way are replaced
 * @param isFlat whether what is selected goes right into the target
 * @param fixesReparsePoints whether links to the root of the image lead to the target instead
 * @param keepsSecurity whether security descriptors are set where the target has them
 * @param streamsAsFiles whether a host gets named streams as files of their own
 */
record TransferOptions(
    boolean overwrites,
    boolean isFlat,
    boolean fixesReparsePoints,
    boolean keepsSecurity,
    boolean streamsAsFiles) {}
