package io.vhdboot.driver;

/**
 * A file that a package installs.
 *
 * @param line the line in the INF file that copies it
 * @param source its path in the package, from the INF file's folder, parts joined by slashes
 * @param target where it is installed
 * @param flags {@code COPYFLG_xxx} as the line has them
 * @param isListed whether a SourceDisksFiles section says where it lies
 * @param cabinet the cabinet file that may hold it; empty where none is named
 */
public record PackageFile(
    int line, String source, InstalledPath target, int flags, boolean isListed, String cabinet) {}
