package io.vhdboot.servicing;

import io.vhdboot.driver.ProcessorArchitecture;
import io.vhdboot.hive.HiveState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the files of a Windows that does not run tell of it. Any part of it may be missing; then
 * less is known. Texts are cut and free of control characters, whatever the registry holds.
 *
 * @param folder its folder, such as {@code /Windows} of a volume
 * @param productName such as {@code Windows 7 Ultimate}
 * @param editionId such as {@code Ultimate}
 * @param installationType {@code Client}, {@code Server}, {@code Server Core}, {@code WindowsPE}...
 * @param release the version
 * @param displayVersion the version as people say it, such as {@code 22H2}; from Windows 10 on
 * @param servicePack the number of the service pack; 0 for none
 * @param architecture the processors it is for
 * @param languages the languages of its surface, such as {@code de-DE}
 * @param defaultLanguage the one it was installed in
 * @param controlSet which control set counts
 * @param isServer whether it is a server
 * @param imageState how far Setup is, such as {@code IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE}
 * @param vhdBoot whether it may start from a VHD
 * @param usbBoot whether it starts from USB as it is
 * @param hibernation whether it hibernates
 * @param pending what it will do at its next start
 * @param hives the state of its hives
 */
public record OfflineWindows(
    Path folder,
    Optional<String> productName,
    Optional<String> editionId,
    Optional<String> installationType,
    Optional<Release> release,
    Optional<String> displayVersion,
    int servicePack,
    Optional<ProcessorArchitecture> architecture,
    List<String> languages,
    Optional<String> defaultLanguage,
    Optional<ControlSet> controlSet,
    boolean isServer,
    Optional<String> imageState,
    BootVerdict vhdBoot,
    BootVerdict usbBoot,
    Hibernation hibernation,
    List<PendingOperation> pending,
    List<HiveCondition> hives) {

  /** Takes copies of the lists. */
  public OfflineWindows {
    languages = List.copyOf(languages);
    pending = List.copyOf(pending);
    hives = List.copyOf(hives);
  }

  /**
   * Recognises a Windows. Nothing is changed, and nothing stays open.
   *
   * @param folder the Windows folder, or the root of the volume that holds it as {@code Windows}
   * @throws java.nio.file.NoSuchFileException when there is no such folder
   * @throws io.vhdboot.disk.UnsupportedFormatException when it holds no Windows
   */
  public static OfflineWindows open(Path folder) throws IOException {
    return new Recognition(WindowsFolder.at(folder)).run();
  }

  /** Whether Setup has not been through yet: the name and the devices are settled later. */
  public boolean isGeneralized() {
    return pending.stream().anyMatch(each -> each.kind() == PendingOperation.Kind.SETUP);
  }

  /** The state of a hive. */
  public HiveCondition hive(WindowsHive hive) {
    return hives.stream().filter(each -> each.hive() == hive).findFirst().orElseThrow();
  }

  /** Whether a hive is there and lacks changes that its logs would hold. */
  boolean isDirty(WindowsHive hive) {
    return hive(hive).state().filter(HiveState.DIRTY::equals).isPresent();
  }

  /** Whether this is Windows 7 or Server 2008 R2. */
  public boolean isWindows7() {
    return release.filter(Release::isWindows7).isPresent();
  }

  /** Whether this is known to be a version or a later one. */
  public boolean isAtLeast(int major, int minor) {
    return release.filter(each -> each.isAtLeast(major, minor)).isPresent();
  }
}
