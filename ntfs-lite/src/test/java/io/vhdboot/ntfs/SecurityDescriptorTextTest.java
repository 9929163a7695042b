package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.ntfs.security.AccessControlEntry;
import io.vhdboot.ntfs.security.AccessControlList;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import io.vhdboot.ntfs.security.Sid;
import io.vhdboot.ntfs.security.StandardDescriptors;
import io.vhdboot.testing.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityDescriptorTextTest {

  private static final String DOMAIN = "S-1-5-21-1004336348-1177238915-682003330";

  /** What {@code icacls} and {@code Get-Acl} show of the root of a disk of Windows 10. */
  @Test
  void rootOfWindowsReadsAsWindowsShowsIt() throws DiskFormatException {
    String text =
        "O:SYG:SYD:(A;;FA;;;BA)(A;OICIIO;GA;;;BA)(A;;FA;;;SY)(A;OICIIO;GA;;;SY)"
            + "(A;;0x1301bf;;;AU)(A;OICIIO;SDGXGWGR;;;AU)(A;;0x1200a9;;;BU)(A;OICIIO;GXGR;;;BU)";
    assertThat(SecurityDescriptorText.format(StandardDescriptors.ROOT)).isEqualTo(text);
    assertThat(SecurityDescriptorText.parse(text)).isEqualTo(StandardDescriptors.ROOT);
    assertThat(SecurityDescriptorText.format(StandardDescriptors.SYSTEM_READ))
        .isEqualTo("O:SYG:BAD:(A;;FR;;;SY)(A;;FR;;;BA)");
    assertThat(SecurityDescriptorText.format(StandardDescriptors.DEFAULT_FILE))
        .isEqualTo(
            "O:BAG:SYD:AI(A;ID;FA;;;BA)(A;ID;FA;;;SY)(A;ID;0x1301bf;;;AU)(A;ID;0x1200a9;;;BU)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "O:BA",
        "G:S-1-5-21-1-2-3-1001",
        "D:",
        "D:NO_ACCESS_CONTROL",
        "D:PARAI",
        "S:P",
        "S:NO_ACCESS_CONTROL",
        "D:PAI(D;;FA;;;WD)(A;OICI;FA;;;SY)",
        "S:(ML;;NW;;;HI)",
        "S:(ML;OICI;NWNRNX;;;LW)",
        "S:AI(AU;SAFA;FA;;;WD)(AU;OICIIDFA;GA;;;S-1-1-0-5)",
        "S:(SP;;;;;S-1-17-1)(TL;;CCLCWPDTRC;;;S-1-19-512-4096)",
        "D:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;CCLCSWLOCRRC;;;IU)",
        "D:(OA;CI;RPWP;bf967a7f-0de6-11d0-a285-00aa003049e2;bf967aba-0de6-11d0-a285-00aa003049e2;PS)",
        "D:(OD;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;WD)(OA;;;;;AN)",
        "S:(OU;SA;WP;;bf967aa5-0de6-11d0-a285-00aa003049e2;WD)(OL;;;;;WD)(AL;;;;;WD)",
        "O:S-1-5-21-1-2-3-500G:S-1-5-21-1-2-3-513D:(A;;KA;;;OW)(A;;KR;;;RC)(A;;KW;;;NS)",
        "O:S-1-0x0fffffffffff-1D:(A;;0xffffffff;;;CO)(A;CR;FX;;;CG)",
      })
  void textsComeBackAsTheyWere(String text) throws DiskFormatException {
    byte[] descriptor = SecurityDescriptorText.parse(text);
    assertThat(SecurityDescriptor.problem(descriptor)).isNull();
    assertThat(SecurityDescriptorText.format(descriptor)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "'o:sy g:ba d:p (a;oici;fa;;;sy) ( A ; ; 0x1 ; ; ; wd )', O:SYG:BAD:P(A;OICI;FA;;;SY)(A;;CC;;;WD)",
    "'S:(ML;;NX;;;SI)D:(A;;07;;;BU)O:BA', O:BAD:(A;;CCDCLC;;;BU)S:(ML;;NX;;;SI)",
    "'D:(A;;16;;;S-1-5-32-0x220)', D:(A;;RP;;;BA)",
    "'D:(A;;FRFX;;;WD)', D:(A;;0x1200a9;;;WD)",
  })
  void textsOfOtherFormsMeanTheSame(String text, String canonical) throws DiskFormatException {
    assertThat(SecurityDescriptorText.format(SecurityDescriptorText.parse(text)))
        .isEqualTo(canonical);
  }

  @Test
  void wordsOfADomainNeedOne() throws DiskFormatException {
    assertThat(
            SecurityDescriptorText.format(
                SecurityDescriptorText.parse("O:DAG:DUD:(A;;GA;;;LA)", DOMAIN)))
        .isEqualTo("O:" + DOMAIN + "-512G:" + DOMAIN + "-513D:(A;;GA;;;" + DOMAIN + "-500)");
    assertThatThrownBy(() -> SecurityDescriptorText.parse("O:DA"))
        .isInstanceOf(SecurityDescriptorSyntaxException.class)
        .hasMessageEndingWith("at 2: DA means nobody without the SID of a domain");
    assertThatThrownBy(() -> SecurityDescriptorText.parse("O:DA", "S-1"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'X:BA', 0, 'one of O:, G:, D: and S: must stand here'",
    "'O:BAO:BA', 4, it has this part already",
    "'D:D:', 2, it has this part already",
    "'O:', 2, 'not a SID: '",
    "'O:QQ', 2, 'not a SID: QQ'",
    "'D:(A;;FA;;;BA', 2, the entry is not closed by )",
    "'D:(A;;FA;;BA)', 2, 'an entry has 6 fields, not 5'",
    "'D:(Q;;FA;;;BA)', 3, there is no type of entry Q",
    "'D:(A;OX;FA;;;BA)', 5, there is no flag OX",
    "'D:(A;;FAF;;;BA)', 8, there is no right F",
    "'D:(A;;0x100000000;;;BA)', 6, 'not a number of 32 bits: 0x100000000'",
    "'D:(A;;0y;;;BA)', 6, 'not a number of 32 bits: 0y'",
    "'D:(OA;;FA;1;;BA)', 10, 'not a GUID: 1'",
    "'D:(A;;FA;bf967a7f-0de6-11d0-a285-00aa003049e2;;BA)', 9, only entries of object types have GUIDs",
    "'D:(XA;;FX;;;WD;(1))', 2, entries of type XA are not supported",
    "'D:(A;;FA;;;BA)x', 14, 'one of O:, G:, D: and S: must stand here'",
  })
  void faultsAreToldWithTheirPlace(String text, int position, String problem) {
    assertThatThrownBy(() -> SecurityDescriptorText.parse(text))
        .isInstanceOfSatisfying(
            SecurityDescriptorSyntaxException.class,
            e -> {
              assertThat(e.position()).isEqualTo(position);
              assertThat(e).hasMessageEndingWith(" at " + position + ": " + problem);
            });
  }

  @Test
  void moreEntriesThanAListCanHoldAreRefused() {
    assertThatThrownBy(() -> SecurityDescriptorText.parse("D:" + "(A;;FA;;;BA)".repeat(3000)))
        .isInstanceOf(SecurityDescriptorSyntaxException.class)
        .hasMessageEndingWith("a list has more entries than 65532 bytes can hold");
  }

  @Test
  void whatHasNoWordIsRefusedByName() throws DiskFormatException {
    byte[] descriptor = SecurityDescriptorText.parse("D:(A;;FA;;;BA)");
    descriptor[28] = AccessControlEntry.TYPE_CALLBACK_ALLOWED;
    assertThatThrownBy(() -> SecurityDescriptorText.format(descriptor))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("type 9h (XA) has no text that is supported");
    AccessControlEntry entry =
        new AccessControlEntry(0, 0, 1, new byte[0], Sid.SYSTEM, new byte[] {1, 2, 3, 4});
    byte[] more =
        new SecurityDescriptor(4, null, null, null, new AccessControlList(2, List.of(entry)))
            .toBytes("d");
    assertThatThrownBy(() -> SecurityDescriptorText.format(more))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("data behind its SID");
  }

  @Test
  void randomDescriptorsComeBackAsTheyWere() throws DiskFormatException {
    SplittableRandom random = Seed.random("randomDescriptorsComeBackAsTheyWere");
    for (int i = 0; i < Seed.cases(100_000, 5_000); i++) {
      byte[] descriptor = descriptor(random);
      String text = SecurityDescriptorText.format(descriptor);
      assertThat(SecurityDescriptorText.parse(text)).as(text).isEqualTo(descriptor);
    }
  }

  private static byte[] descriptor(SplittableRandom random) throws DiskFormatException {
    boolean hasDacl = random.nextBoolean();
    boolean hasSacl = random.nextInt(3) == 0;
    int control = hasDacl ? 0x4 | random.nextInt() & 0x1500 : 0;
    control |= hasSacl ? 0x10 | random.nextInt() & 0x2A00 : 0;
    return new SecurityDescriptor(
            control,
            random.nextBoolean() ? sid(random) : null,
            random.nextBoolean() ? sid(random) : null,
            hasSacl && random.nextInt(8) > 0 ? list(random) : null,
            hasDacl && random.nextInt(8) > 0 ? list(random) : null)
        .toBytes("random");
  }

  private static AccessControlList list(SplittableRandom random) {
    List<Integer> types = List.copyOf(SddlNames.TYPES.values());
    List<AccessControlEntry> entries = new ArrayList<>();
    int revision = AccessControlList.REVISION;
    for (int i = random.nextInt(6); i > 0; i--) {
      int type = types.get(random.nextInt(types.size()));
      byte[] objectTypes = {};
      if (AccessControlEntry.isObject(type)) {
        revision = AccessControlList.REVISION_WITH_OBJECTS;
        int has = random.nextInt(4);
        objectTypes = new byte[4 + 16 * Integer.bitCount(has)];
        random.nextBytes(objectTypes);
        LittleEndian.put32(objectTypes, 0, has);
      }
      int mask = random.nextBoolean() ? random.nextInt() : 1 << random.nextInt(32);
      entries.add(
          new AccessControlEntry(
              type, random.nextInt(256), mask, objectTypes, sid(random), new byte[0]));
    }
    return new AccessControlList(revision, entries);
  }

  private static Sid sid(SplittableRandom random) {
    if (random.nextBoolean()) {
      String[] known = {"BA", "SY", "WD", "AU", "LW", "CO"};
      return SddlNames.sid(known[random.nextInt(known.length)]).orElseThrow();
    }
    long authority = random.nextLong() >>> 16 + random.nextInt(47);
    StringBuilder text = new StringBuilder("S-1-" + authority);
    for (int i = random.nextInt(16); i > 0; i--) {
      text.append('-').append(random.nextInt() & 0xFFFF_FFFFL);
    }
    return Sid.parse(text.toString());
  }

  @Test
  void damagedDescriptorsAndTextsAreRefusedOrRead() throws DiskFormatException {
    SplittableRandom random = Seed.random("damagedDescriptorsAndTextsAreRefusedOrRead");
    int refused = 0;
    for (int i = 0; i < Seed.cases(200_000, 10_000); i++) {
      byte[] descriptor = descriptor(random);
      char[] text = SecurityDescriptorText.format(descriptor).toCharArray();
      for (int j = 1 + random.nextInt(3); j > 0; j--) {
        descriptor[random.nextInt(descriptor.length)] = (byte) random.nextInt(256);
        if (text.length > 0) {
          text[random.nextInt(text.length)] = "OGDS:;()ABCFI0x-9 \u00DF".charAt(random.nextInt(19));
        }
      }
      try {
        SecurityDescriptorText.format(Arrays.copyOf(descriptor, descriptor.length - i % 3));
      } catch (CorruptFormatException | UnsupportedFormatException e) {
        refused++;
      }
      try {
        SecurityDescriptorText.parse(new String(text));
      } catch (SecurityDescriptorSyntaxException e) {
        assertThat(e.position()).isBetween(0, text.length);
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
