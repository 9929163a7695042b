package io.vhdboot.servicing;

import static io.vhdboot.servicing.Recognition.decimal;
import static io.vhdboot.servicing.Recognition.number;
import static io.vhdboot.servicing.Recognition.text;

import io.vhdboot.driver.ProcessorArchitecture;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.servicing.PendingOperation.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the SOFTWARE hive tells: edition, version, how far Setup and updates are.
 *
 * <pre>
 * Microsoft\Windows NT\CurrentVersion
 *   ProductName, EditionID, InstallationType
 *   CurrentVersion                 6.1; 6.3 from Windows 8.1 on
 *   CurrentMajorVersionNumber, CurrentMinorVersionNumber    from Windows 10 on
 *   CurrentBuild, CurrentBuildNumber, UBR
 *   CSDVersion                     Service Pack 1
 *   DisplayVersion, ReleaseId      22H2; 1909
 *   BuildLabEx                     7601.17514.amd64fre.win7sp1_rtm.101119-1850
 * Microsoft\Windows\CurrentVersion\Setup\State
 *   ImageState                     IMAGE_STATE_COMPLETE...
 * Microsoft\Windows\CurrentVersion\Component Based Servicing
 *   RebootPending, RebootInProgress, PackagesPending        keys
 * Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update
 *   RebootRequired                 a key
 * </pre>
 */
final class SoftwareFacts {

  private static final String VERSION = "Microsoft\\Windows NT\\CurrentVersion";
  private static final String SETUP_STATE = "Microsoft\\Windows\\CurrentVersion\\Setup\\State";
  private static final String SERVICING =
      "Microsoft\\Windows\\CurrentVersion\\Component Based Servicing";
  private static final String RESTART =
      "Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired";
  private static final String SERVICE_PACK = "Service Pack ";
  private static final String COMPLETE = "IMAGE_STATE_COMPLETE";

  private Optional<String> productName = Optional.empty();
  private Optional<String> editionId = Optional.empty();
  private Optional<String> installationType = Optional.empty();
  private Optional<String> displayVersion = Optional.empty();
  private Optional<String> imageState = Optional.empty();
  private Optional<Release> release = Optional.empty();
  private Optional<ProcessorArchitecture> architecture = Optional.empty();
  private int servicePack;
  private final List<PendingOperation> pending = new ArrayList<>();

  void read(HiveKey root) throws IOException {
    Optional<HiveKey> version = root.find(VERSION);
    if (version.isPresent()) {
      readVersion(version.get());
    }
    Optional<HiveKey> state = root.find(SETUP_STATE);
    if (state.isPresent()) {
      imageState = text(state.get(), "ImageState");
      imageState
          .filter(text -> !text.equals(COMPLETE))
          .ifPresent(text -> add(Kind.SETUP, SETUP_STATE + "\\ImageState (" + text + ")"));
    }
    for (String key : List.of("RebootPending", "RebootInProgress", "PackagesPending")) {
      if (root.find(SERVICING + "\\" + key).isPresent()) {
        add(Kind.SERVICING, SERVICING + "\\" + key);
      }
    }
    if (root.find(RESTART).isPresent()) {
      add(Kind.RESTART, RESTART);
    }
  }

  private void add(Kind kind, String where) {
    pending.add(new PendingOperation(kind, "HKLM\\SOFTWARE\\" + where));
  }

  private void readVersion(HiveKey version) throws IOException {
    productName = text(version, "ProductName");
    editionId = text(version, "EditionID");
    installationType = text(version, "InstallationType");
    Optional<String> name = text(version, "DisplayVersion");
    displayVersion = name.isPresent() ? name : text(version, "ReleaseId");
    servicePack =
        text(version, "CSDVersion")
            .filter(text -> text.startsWith(SERVICE_PACK))
            .flatMap(text -> decimal(text.substring(SERVICE_PACK.length())))
            .orElse(0);
    String[] lab = text(version, "BuildLabEx").orElse("").split("\\.");
    if (lab.length > 2) {
      architecture = ProcessorArchitecture.named(lab[2].replaceAll("(fre|chk)$", ""));
    }
    release = readRelease(version, lab);
  }

  private static Optional<Release> readRelease(HiveKey version, String[] lab) throws IOException {
    Optional<String> build = text(version, "CurrentBuildNumber");
    if (build.flatMap(Recognition::decimal).isEmpty()) {
      build = text(version, "CurrentBuild");
    }
    int number = build.flatMap(Recognition::decimal).orElse(0);
    int revision =
        number(version, "UBR")
            .map(Long::intValue)
            .or(() -> lab.length > 1 ? decimal(lab[1]) : Optional.empty())
            .orElse(-1);
    Optional<Long> major = number(version, "CurrentMajorVersionNumber");
    if (major.isPresent()) {
      int minor = number(version, "CurrentMinorVersionNumber").orElse(0L).intValue();
      return Optional.of(new Release(major.get().intValue(), minor, number, revision));
    }
    String[] old = text(version, "CurrentVersion").orElse("").split("\\.");
    if (old.length == 2 && decimal(old[0]).isPresent() && decimal(old[1]).isPresent()) {
      return Optional.of(
          new Release(decimal(old[0]).get(), decimal(old[1]).get(), number, revision));
    }
    return number > 0 ? Optional.of(ofBuild(number, revision)) : Optional.empty();
  }

  /** The version that a build belongs to. */
  private static Release ofBuild(int build, int revision) {
    if (build >= 10_000) {
      return new Release(10, 0, build, revision);
    }
    int minor = build >= 9_600 ? 3 : build >= 9_200 ? 2 : build >= 7_600 ? 1 : 0;
    return new Release(6, minor, build, revision);
  }

  Optional<String> productName() {
    return productName;
  }

  Optional<String> editionId() {
    return editionId;
  }

  Optional<String> installationType() {
    return installationType;
  }

  Optional<String> displayVersion() {
    return displayVersion;
  }

  Optional<String> imageState() {
    return imageState;
  }

  Optional<Release> release() {
    return release;
  }

  Optional<ProcessorArchitecture> architecture() {
    return architecture;
  }

  int servicePack() {
    return servicePack;
  }

  boolean isServer() {
    return installationType.filter(type -> type.startsWith("Server")).isPresent();
  }

  List<PendingOperation> pending() {
    return pending;
  }
}
