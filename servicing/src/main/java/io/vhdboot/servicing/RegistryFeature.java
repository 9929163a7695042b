package io.vhdboot.servicing;

import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Features of a Windows that are plain changes to its registry. What DISM calls features are
 * packages, which only a running Windows can put in place; none of them is here.
 */
public enum RegistryFeature {

  /** The desktop can be reached from other machines, and the firewall lets them in. */
  REMOTE_DESKTOP {
    @Override
    void apply(ServicingEdit edit) throws IOException {
      set(
          edit,
          "CurrentControlSet\\Control\\Terminal Server",
          "fDenyTSConnections",
          0,
          "others may connect");
      Optional<HiveKey> rules = edit.key(WindowsHive.SYSTEM, FIREWALL_RULES);
      for (String name : REMOTE_DESKTOP_RULES) {
        Optional<HiveValue> rule = rules.isEmpty() ? Optional.empty() : rules.get().value(name);
        if (rule.isPresent()) {
          edit.set(
              WindowsHive.SYSTEM,
              FIREWALL_RULES,
              HiveValue.string(
                  name, rule.get().asString().replace("|Active=FALSE|", "|Active=TRUE|")),
              "the firewall lets them in");
        }
      }
    }
  },

  /** The machine's clock is taken for UTC, as other systems set it. */
  UTC_CLOCK {
    @Override
    void apply(ServicingEdit edit) throws IOException {
      set(
          edit,
          "CurrentControlSet\\Control\\TimeZoneInformation",
          "RealTimeIsUniversal",
          1,
          "the machine's clock keeps UTC");
    }
  },

  /** Programs that know how may use paths of more than 260 characters; Windows 10 1607 on. */
  LONG_PATHS {
    @Override
    void apply(ServicingEdit edit) throws IOException {
      if (edit.windows().release().filter(each -> each.build() >= 14_393).isEmpty()) {
        edit.note("long paths need Windows 10 1607 or later");
        return;
      }
      set(
          edit,
          "CurrentControlSet\\Control\\FileSystem",
          "LongPathsEnabled",
          1,
          "programs may use paths of more than 260 characters");
    }
  },

  /** Reading a file does not write when it was read, which spares a stick. */
  NO_LAST_ACCESS {
    @Override
    void apply(ServicingEdit edit) throws IOException {
      boolean hasManagedKinds =
          edit.windows().release().filter(each -> each.build() >= 17_134).isPresent();
      set(
          edit,
          "CurrentControlSet\\Control\\FileSystem",
          "NtfsDisableLastAccessUpdate",
          hasManagedKinds ? 0x80000001 : 1,
          "reading a file writes nothing");
    }
  },

  /** Shutting down is not a hibernation; Windows 8 on. */
  NO_FAST_STARTUP {
    @Override
    void apply(ServicingEdit edit) throws IOException {
      set(
          edit,
          "CurrentControlSet\\Control\\Session Manager\\Power",
          "HiberbootEnabled",
          0,
          "shutting down is not a hibernation");
    }
  },

  /** A stop leaves a small dump, from which its cause can be told later. */
  MINIDUMPS {
    @Override
    void apply(ServicingEdit edit) throws IOException {
      set(
          edit,
          "CurrentControlSet\\Control\\CrashControl",
          "CrashDumpEnabled",
          3,
          "a stop leaves a file in \\Windows\\Minidump");
    }
  },

  /** The first start of a Windows 11 does not ask for a network and an account on it. */
  LOCAL_ACCOUNT {
    @Override
    void apply(ServicingEdit edit) throws IOException {
      edit.set(
          WindowsHive.SOFTWARE,
          "Microsoft\\Windows\\CurrentVersion\\OOBE",
          HiveValue.dword("BypassNRO", 1),
          "the first start does not ask for a network");
    }
  },

  /** Windows 11 is set up and updated on machines that are not what it asks for. */
  NO_REQUIREMENTS {
    @Override
    void apply(ServicingEdit edit) throws IOException {
      for (String what : List.of("TPM", "SecureBoot", "RAM", "CPU", "Storage")) {
        set(edit, "Setup\\LabConfig", "Bypass" + what + "Check", 1, "Setup does not ask for it");
      }
      set(
          edit,
          "Setup\\MoSetup",
          "AllowUpgradesWithUnsupportedTPMOrCPU",
          1,
          "an upgrade does not ask for it");
    }
  };

  private static final String FIREWALL_RULES =
      "CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules";

  /** Those of Windows 7 and of later ones for private networks and domains. */
  private static final List<String> REMOTE_DESKTOP_RULES =
      List.of(
          "RemoteDesktop-In-TCP", "RemoteDesktop-UserMode-In-TCP", "RemoteDesktop-UserMode-In-UDP");

  abstract void apply(ServicingEdit edit) throws IOException;

  private static void set(ServicingEdit edit, String key, String name, int number, String reason)
      throws IOException {
    edit.set(WindowsHive.SYSTEM, key, HiveValue.dword(name, number), reason);
  }

  /** The name on command lines, such as {@code remote-desktop}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The feature of a name, in any letter case.
   *
   * @throws IllegalArgumentException when it is none of these, with their names
   */
  public static RegistryFeature of(String name) {
    return Arrays.stream(values())
        .filter(each -> each.text().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name
                        + " is no feature that is a plain change to the registry; those are "
                        + Arrays.stream(values())
                            .map(RegistryFeature::text)
                            .collect(Collectors.joining(", "))
                        + ". What DISM calls features needs a Windows that runs"));
  }

  ServicingOption option() {
    return new ServicingOption() {
      @Override
      public String name() {
        return text();
      }

      @Override
      public void apply(ServicingEdit edit) throws IOException {
        RegistryFeature.this.apply(edit);
      }
    };
  }
}
