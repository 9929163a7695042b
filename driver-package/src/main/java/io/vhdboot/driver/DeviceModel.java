package io.vhdboot.driver;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a Models section: a kind of device that the package has a driver for.
 *
 * @param line the line in the INF file
 * @param description its name as the INF file has it, with {@code %strkey%} tokens
 * @param manufacturer its maker's, likewise
 * @param install the section that installs it, as Windows finds it: with its platform's decoration
 * @param hardwareId the id that fits it exactly; empty where the line has only compatible ids
 * @param compatibleIds ids of devices that the driver is good enough for
 */
public record DeviceModel(
    int line,
    String description,
    String manufacturer,
    String install,
    String hardwareId,
    List<String> compatibleIds) {

  public DeviceModel {
    compatibleIds = List.copyOf(compatibleIds);
  }

  /** All its ids, the hardware id first. */
  public List<String> ids() {
    List<String> ids = new ArrayList<>(compatibleIds.size() + 1);
    if (!hardwareId.isEmpty()) {
      ids.add(hardwareId);
    }
    ids.addAll(compatibleIds);
    return ids;
  }
}
