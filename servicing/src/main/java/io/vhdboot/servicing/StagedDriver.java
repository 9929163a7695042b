package io.vhdboot.servicing;

import java.util.List;

/**
 * A driver package that was put into a Windows, and what it is good for.
 *
 * @param infName the name of its INF file
 * @param label the name of its folder in the driver store
 * @param provider who made it, as the INF file says
 * @param version its version, four numbers
 * @param isBootCritical whether the disk may depend on it, so that the loader starts it
 * @param deviceIds the ids of devices that now have a driver
 * @param warnings what is wrong with its signature or INF file, a sentence each
 */
public record StagedDriver(
    String infName,
    String label,
    String provider,
    String version,
    boolean isBootCritical,
    List<String> deviceIds,
    List<String> warnings) {

  /** Takes copies of the lists. */
  public StagedDriver {
    deviceIds = List.copyOf(deviceIds);
    warnings = List.copyOf(warnings);
  }
}
