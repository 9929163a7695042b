package io.vhdboot.driver;

import java.util.List;
import java.util.Optional;

/**
 * A service that a driver is, after "INF AddService Directive" of Microsoft's documentation.
 *
 * @param line the line in the INF file that adds it
 * @param name the service's name; empty for a device that needs no driver
 * @param flags {@code SPSVCINST_xxx} as the line has them
 * @param displayName its name for people as the INF file has it, with {@code %strkey%} tokens
 * @param type its type; 1 for a driver of the kernel
 * @param start when it starts: 0 boot, 1 system, 2 automatically, 3 on demand, 4 never
 * @param errorControl what is done when it does not start
 * @param binary its program; absent where none is told in a folder that has a number
 * @param group its load order group; empty for none
 * @param bootFlags from what kinds of devices Windows may boot with it ({@code
 *     CM_SERVICE_xxx_BOOT_LOAD} of wdm.h); absent where not told
 * @param dependencies the services and groups that start before it
 * @param registry what is set below its key
 * @param kmdfVersion the version of the framework library that it is bound to; absent without one
 * @param isFunctionDriver whether it drives the device, and is no filter beside it
 * @param isInbox whether it comes from an INF file of Windows itself
 */
public record DriverService(
    int line,
    String name,
    int flags,
    String displayName,
    int type,
    int start,
    int errorControl,
    Optional<InstalledPath> binary,
    String group,
    Optional<Integer> bootFlags,
    List<String> dependencies,
    List<RegistryEdit> registry,
    Optional<String> kmdfVersion,
    boolean isFunctionDriver,
    boolean isInbox) {

  /** A service that the boot loader starts. */
  public static final int BOOT_START = 0;

  /** A service that starts when its device is found. */
  public static final int DEMAND_START = 3;

  /** The type of a driver of the kernel. */
  public static final int KERNEL_DRIVER = 1;

  public DriverService {
    dependencies = List.copyOf(dependencies);
    registry = List.copyOf(registry);
  }
}
