package io.vhdboot.ntfs;

import io.vhdboot.ntfs.security.AccessControlEntry;
import io.vhdboot.ntfs.security.Sid;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The words of the security descriptor definition language: for types and flags of entries, rights,
 * and SIDs that everybody knows (MS-DTYP 2.5.1.1).
 */
final class SddlNames {

  /** What stands for a list that is not there although the descriptor says that it is. */
  static final String NO_ACCESS_CONTROL = "NO_ACCESS_CONTROL";

  /** Types of entries; the others cannot be written. */
  static final Map<String, Integer> TYPES =
      numbers(
          "A", AccessControlEntry.TYPE_ALLOWED,
          "D", AccessControlEntry.TYPE_DENIED,
          "AU", AccessControlEntry.TYPE_AUDIT,
          "AL", AccessControlEntry.TYPE_ALARM,
          "OA", AccessControlEntry.TYPE_OBJECT_ALLOWED,
          "OD", AccessControlEntry.TYPE_OBJECT_DENIED,
          "OU", AccessControlEntry.TYPE_OBJECT_AUDIT,
          "OL", AccessControlEntry.TYPE_OBJECT_ALARM,
          "ML", AccessControlEntry.TYPE_MANDATORY_LABEL,
          "SP", AccessControlEntry.TYPE_SCOPED_POLICY,
          "TL", AccessControlEntry.TYPE_TRUST_LABEL);

  /** Types that have words, but also something behind the SID that is not supported. */
  static final Map<String, Integer> TYPES_WITH_MORE =
      numbers(
          "XA", AccessControlEntry.TYPE_CALLBACK_ALLOWED,
          "XD", AccessControlEntry.TYPE_CALLBACK_DENIED,
          "ZA", AccessControlEntry.TYPE_CALLBACK_OBJECT_ALLOWED,
          "XU", AccessControlEntry.TYPE_CALLBACK_AUDIT,
          "RA", AccessControlEntry.TYPE_RESOURCE_ATTRIBUTE,
          "FL", AccessControlEntry.TYPE_ACCESS_FILTER);

  /** Flags of entries, in the order in which Windows writes them. */
  static final Map<String, Integer> FLAGS =
      numbers(
          "OI", AccessControlEntry.OBJECT_INHERIT,
          "CI", AccessControlEntry.CONTAINER_INHERIT,
          "NP", AccessControlEntry.NO_PROPAGATE,
          "IO", AccessControlEntry.INHERIT_ONLY,
          "ID", AccessControlEntry.INHERITED,
          "CR", 0x20,
          "SA", 0x40,
          "FA", 0x80);

  /** Rights that are several bits, which a mask has exactly. */
  static final Map<String, Integer> WHOLE_RIGHTS =
      numbers(
          "FA", 0x001F_01FF,
          "FR", 0x0012_0089,
          "FW", 0x0012_0116,
          "FX", 0x0012_00A0,
          "KA", 0x000F_003F,
          "KR", 0x0002_0019,
          "KX", 0x0002_0019,
          "KW", 0x0002_0006);

  /** Rights that are one bit. */
  static final Map<String, Integer> RIGHTS =
      numbers(
          "CC", 1,
          "DC", 1 << 1,
          "LC", 1 << 2,
          "SW", 1 << 3,
          "RP", 1 << 4,
          "WP", 1 << 5,
          "DT", 1 << 6,
          "LO", 1 << 7,
          "CR", 1 << 8,
          "SD", 1 << 16,
          "RC", 1 << 17,
          "WD", 1 << 18,
          "WO", 1 << 19,
          "GA", 1 << 28,
          "GX", 1 << 29,
          "GW", 1 << 30,
          "GR", 1 << 31);

  /** What a mandatory label keeps lower levels from. */
  static final Map<String, Integer> LABEL_RIGHTS = numbers("NW", 1, "NR", 2, "NX", 4);

  private static final Map<String, Sid> SIDS = new LinkedHashMap<>();
  private static final Map<Sid, String> SID_NAMES = new HashMap<>();

  /** The last number of SIDs that belong to a domain. */
  private static final Map<String, Integer> MEMBERS =
      numbers(
          "RO", 498, "LA", 500, "LG", 501, "DA", 512, "DU", 513, "DG", 514, "DC", 515, "DD", 516,
          "CA", 517, "SA", 518, "EA", 519, "PA", 520, "CN", 522, "AP", 525, "KA", 526, "EK", 527,
          "RS", 553);

  static {
    String sids =
        """
        WD=S-1-1-0 CO=S-1-3-0 CG=S-1-3-1 OW=S-1-3-4 NU=S-1-5-2 IU=S-1-5-4 SU=S-1-5-6 AN=S-1-5-7
        ED=S-1-5-9 PS=S-1-5-10 AU=S-1-5-11 RC=S-1-5-12 SY=S-1-5-18 LS=S-1-5-19 NS=S-1-5-20
        WR=S-1-5-33 BA=S-1-5-32-544 BU=S-1-5-32-545 BG=S-1-5-32-546 PU=S-1-5-32-547
        AO=S-1-5-32-548 SO=S-1-5-32-549 PO=S-1-5-32-550 BO=S-1-5-32-551 RE=S-1-5-32-552
        RU=S-1-5-32-554 RD=S-1-5-32-555 NO=S-1-5-32-556 MU=S-1-5-32-558 LU=S-1-5-32-559
        IS=S-1-5-32-568 CY=S-1-5-32-569 ER=S-1-5-32-573 CD=S-1-5-32-574 RA=S-1-5-32-575
        ES=S-1-5-32-576 MS=S-1-5-32-577 HA=S-1-5-32-578 AA=S-1-5-32-579 RM=S-1-5-32-580
        UD=S-1-5-84-0-0-0-0-0 AC=S-1-15-2-1 LW=S-1-16-4096 ME=S-1-16-8192 MP=S-1-16-8448
        HI=S-1-16-12288 SI=S-1-16-16384 AS=S-1-18-1 SS=S-1-18-2
        """;
    for (String entry : sids.strip().split("\\s+")) {
      Sid sid = Sid.parse(entry.substring(3));
      SIDS.put(entry.substring(0, 2), sid);
      SID_NAMES.put(sid, entry.substring(0, 2));
    }
  }

  private SddlNames() {}

  private static Map<String, Integer> numbers(Object... pairs) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      numbers.put((String) pairs[i], (Integer) pairs[i + 1]);
    }
    return numbers;
  }

  /** The SID of a word, the same everywhere. */
  static Optional<Sid> sid(String name) {
    return Optional.ofNullable(SIDS.get(name));
  }

  /** The last number of a word's SID, which belongs to a domain. */
  static Optional<Integer> member(String name) {
    return Optional.ofNullable(MEMBERS.get(name));
  }

  /** The word for a SID, or the SID as people write it. */
  static String text(Sid sid) {
    String name = SID_NAMES.get(sid);
    return name != null ? name : sid.toString();
  }

  /** The word for a number, where there is one. */
  static Optional<String> name(Map<String, Integer> names, int number) {
    for (Map.Entry<String, Integer> entry : names.entrySet()) {
      if (entry.getValue() == number) {
        return Optional.of(entry.getKey());
      }
    }
    return Optional.empty();
  }
}
