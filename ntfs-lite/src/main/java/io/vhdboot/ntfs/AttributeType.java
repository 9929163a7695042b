package io.vhdboot.ntfs;

/** The types of attributes, by which a file record orders them. */
final class AttributeType {

  static final int STANDARD_INFORMATION = 0x10;
  static final int ATTRIBUTE_LIST = 0x20;
  static final int FILE_NAME = 0x30;
  static final int OBJECT_ID = 0x40;
  static final int SECURITY_DESCRIPTOR = 0x50;
  static final int VOLUME_NAME = 0x60;
  static final int VOLUME_INFORMATION = 0x70;
  static final int DATA = 0x80;
  static final int INDEX_ROOT = 0x90;
  static final int INDEX_ALLOCATION = 0xA0;
  static final int BITMAP = 0xB0;
  static final int REPARSE_POINT = 0xC0;
  static final int EA_INFORMATION = 0xD0;
  static final int EA = 0xE0;
  static final int LOGGED_UTILITY_STREAM = 0x100;

  /** Stands behind the last attribute of a record. */
  static final int END = 0xFFFF_FFFF;

  private AttributeType() {}

  /** The name that $AttrDef has for a type, or its number. */
  static String toString(int type) {
    return AttributeDefinitions.name(type);
  }
}
