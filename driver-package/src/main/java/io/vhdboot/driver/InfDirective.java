package io.vhdboot.driver;

import java.util.Arrays;
import java.util.Optional;

/**
 * The directives that name other sections, and what those hold ("INF Directives" of Microsoft's
 * documentation).
 */
enum InfDirective {
  COPY_FILES("CopyFiles", Names.EACH, SectionKind.FILES),
  DEL_FILES("DelFiles", Names.EACH, SectionKind.OTHER_FILES),
  REN_FILES("RenFiles", Names.EACH, SectionKind.OTHER_FILES),
  ADD_REG("AddReg", Names.EACH, SectionKind.ADD_REG),
  DEL_REG("DelReg", Names.EACH, SectionKind.DEL_REG),
  BIT_REG("BitReg", Names.EACH, SectionKind.OPAQUE),
  ADD_PROPERTY("AddProperty", Names.EACH, SectionKind.OPAQUE),
  DEL_PROPERTY("DelProperty", Names.EACH, SectionKind.OPAQUE),
  ADD_POWER_SETTING("AddPowerSetting", Names.EACH, SectionKind.POWER_SETTING),
  LOG_CONFIG("LogConfig", Names.EACH, SectionKind.OPAQUE),
  UPDATE_INIS("UpdateInis", Names.EACH, SectionKind.OPAQUE),
  UPDATE_INI_FIELDS("UpdateIniFields", Names.EACH, SectionKind.OPAQUE),
  INI_TO_REG("Ini2Reg", Names.EACH, SectionKind.OPAQUE),
  REGISTER_DLLS("RegisterDlls", Names.EACH, SectionKind.OPAQUE),
  UNREGISTER_DLLS("UnregisterDlls", Names.EACH, SectionKind.OPAQUE),
  PROFILE_ITEMS("ProfileItems", Names.EACH, SectionKind.OPAQUE),
  ADD_TRIGGER("AddTrigger", Names.EACH, SectionKind.OPAQUE),
  FAILURE_ACTIONS("FailureActions", Names.EACH, SectionKind.OPAQUE),
  ADD_SERVICE("AddService", Names.THIRD_AND_FOURTH, SectionKind.SERVICE),
  ADD_INTERFACE("AddInterface", Names.THIRD, SectionKind.INTERFACE),
  ADD_COMPONENT("AddComponent", Names.THIRD, SectionKind.OPAQUE),
  ADD_SOFTWARE("AddSoftware", Names.THIRD, SectionKind.OPAQUE),
  ADD_FILTER("AddFilter", Names.THIRD, SectionKind.OPAQUE),
  ADD_EVENT_PROVIDER("AddEventProvider", Names.SECOND, SectionKind.OPAQUE),
  ADD_AUTO_LOGGER("AddAutoLogger", Names.THIRD, SectionKind.OPAQUE),
  UPDATE_AUTO_LOGGER("UpdateAutoLogger", Names.THIRD, SectionKind.OPAQUE),
  KMDF_SERVICE("KmdfService", Names.SECOND, SectionKind.OPAQUE),
  UMDF_SERVICE("UmdfService", Names.SECOND, SectionKind.OPAQUE);

  /** Which values of a directive are names of sections. */
  enum Names {
    EACH,
    SECOND,
    THIRD,
    THIRD_AND_FOURTH;

    boolean isName(int index) {
      return switch (this) {
        case EACH -> true;
        case SECOND -> index == 1;
        case THIRD -> index == 2;
        case THIRD_AND_FOURTH -> index == 2 || index == 3;
      };
    }
  }

  private final String key;
  private final Names names;
  private final SectionKind kind;

  InfDirective(String key, Names names, SectionKind kind) {
    this.key = key;
    this.names = names;
    this.kind = kind;
  }

  String key() {
    return key;
  }

  Names names() {
    return names;
  }

  /** What the section of a value's index holds. */
  SectionKind kind(int index) {
    return this == ADD_SERVICE && index == 3 ? SectionKind.EVENT_LOG : kind;
  }

  static Optional<InfDirective> named(String key) {
    return Arrays.stream(values()).filter(d -> d.key.equalsIgnoreCase(key)).findFirst();
  }

  /** What a section holds. */
  enum SectionKind {
    /** Directives of a device or class, or of one of the sections that belong to it. */
    INSTALL,
    /** A service's entries. */
    SERVICE,
    EVENT_LOG,
    INTERFACE,
    POWER_SETTING,
    FILES,
    /** Files that are deleted or renamed. */
    OTHER_FILES,
    ADD_REG,
    DEL_REG,
    /** What this library does not look into. */
    OPAQUE;

    /** Whether its lines are directives. */
    boolean hasDirectives() {
      return this == INSTALL
          || this == SERVICE
          || this == EVENT_LOG
          || this == INTERFACE
          || this == POWER_SETTING;
    }
  }
}
