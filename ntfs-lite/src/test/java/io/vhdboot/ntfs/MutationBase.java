package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.Utf16;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A small volume that has one of everything, for mutations to hit. */
final class MutationBase {

  static final String MANY = "many";
  static final String ONE = "data/one.bin";
  static final String TWO = "data/two.bin";
  static final String SMALL = "data/small.txt";
  static final String LINKED = "links/first";
  static final String EA = "special/ea.bin";
  static final String JUNCTION = "special/junction";
  static final String STREAMS = "special/streams.txt";
  static final String LONG = "special/A long name for one.txt";
  static final String IDENTIFIED = "special/identified.txt";
  static final String OTHER_ID = "special/other id.txt";
  static final String DEEP = "deep/a/b";

  private static final FileMetadata PLAIN =
      FileMetadata.of(NtfsFormatTest.TIME, FileAttributes.ARCHIVE, 0);
  private static final FileMetadata FOLDER = FileMetadata.of(NtfsFormatTest.TIME, 0, 0);
  private static final int COUNT = 300;

  /** So that the last word of $Bitmap has bits behind the last cluster. */
  private static final int ODD = 5 << 12;

  private final NtfsImageBuilder builder;
  private final SplittableRandom random = new SplittableRandom(5);

  private final int files;

  private MutationBase(int clusterSize, int files) {
    this.files = files;
    builder =
        NtfsImageBuilder.create(
            NtfsFormatOptions.ofSize(NtfsFormatOptions.LEAST_SIZE)
                .clusterSize(clusterSize)
                .serial(0x1234_5678_9ABC_DEF0L)
                .label("base")
                .time(NtfsFormatTest.TIME)
                .build());
  }

  /** The bytes of the volume. */
  static byte[] image(int clusterSize) throws IOException {
    return image(clusterSize, COUNT);
  }

  /** The bytes of a volume that has so many files in its largest directory. */
  static byte[] image(int clusterSize, int files) throws IOException {
    return new MutationBase(clusterSize, files).build();
  }

  private static byte[] junction() {
    String substitute = "\\??\\C:\\data";
    String shown = "C:\\data";
    byte[] data = new byte[8 + 2 * (substitute.length() + 1 + shown.length() + 1)];
    LittleEndian.put16(data, 2, 2 * substitute.length());
    LittleEndian.put16(data, 4, 2 * substitute.length() + 2);
    LittleEndian.put16(data, 6, 2 * shown.length());
    Utf16.put(data, 8, substitute);
    Utf16.put(data, 8 + 2 * substitute.length() + 2, shown);
    return data;
  }

  private byte[] build() throws IOException {
    List<StreamHandle> streams = new ArrayList<>();
    NodeHandle many = builder.addDirectory(builder.root(), MANY, FOLDER);
    for (int i = 0; i < files; i++) {
      NodeHandle file =
          builder.addFile(many, String.format("a file with the number %03d.txt", i), PLAIN);
      streams.add(builder.addStream(file, "", 20 + i % 50, 0));
    }
    NodeHandle data = builder.addDirectory(builder.root(), "data", FOLDER);
    streams.add(builder.addStream(builder.addFile(data, "one.bin", PLAIN), "", 20_000, 1));
    streams.add(builder.addStream(builder.addFile(data, "two.bin", PLAIN), "", 50_000, 2));
    streams.add(builder.addStream(builder.addFile(data, "small.txt", PLAIN), "", 100, 3));
    NodeHandle links = builder.addDirectory(builder.root(), "links", FOLDER);
    NodeHandle linked = builder.addFile(links, "first", PLAIN);
    streams.add(builder.addStream(linked, "", 9_000, 4));
    for (int i = 0; i < 30; i++) {
      builder.addLink(links, "one more rather long name of the same file, number " + i, linked);
    }
    NodeHandle special = builder.addDirectory(builder.root(), "special", FOLDER);
    NodeHandle ea = builder.addFile(special, "ea.bin", PLAIN);
    builder.setExtendedAttributes(
        ea,
        List.of(
            new ExtendedAttribute(0, "FIRST", "value".getBytes(StandardCharsets.US_ASCII)),
            new ExtendedAttribute(0x80, "SECOND", new byte[30])));
    NodeHandle junction = builder.addDirectory(special, "junction", FOLDER);
    builder.setReparsePoint(junction, 0xA000_0003, junction());
    NodeHandle named = builder.addFile(special, "streams.txt", PLAIN);
    streams.add(builder.addStream(named, "", 10, 5));
    streams.add(builder.addStream(named, "large", 30_000, 6));
    streams.add(builder.addStream(named, "small", 30, 7));
    NodeHandle longName = builder.addFile(special, "A long name for one.txt", PLAIN);
    builder.setShortName(longName.firstLink, "ALONGN~1.TXT");
    NodeHandle identified = builder.addFile(special, "identified.txt", PLAIN);
    byte[] id = new byte[16];
    random.nextBytes(id);
    builder.setObjectId(identified, id);
    byte[] other = id.clone();
    other[0] ^= 1;
    builder.setObjectId(builder.addFile(special, "other id.txt", PLAIN), other);
    NodeHandle deep = builder.addDirectory(builder.root(), "deep", FOLDER);
    NodeHandle a = builder.addDirectory(deep, "a", FOLDER);
    NodeHandle b = builder.addDirectory(a, "b", FOLDER);
    streams.add(builder.addStream(builder.addFile(b, "bottom.txt", PLAIN), "", 40, 8));
    MemoryDevice image =
        MemoryDevice.ofSize("image", (int) builder.minimumVolumeSize() + (1 << 20) + ODD);
    NtfsImageWriter writer = builder.plan(image.size()).writer(image, true);
    for (StreamHandle stream : streams) {
      byte[] bytes = new byte[(int) stream.size()];
      random.nextBytes(bytes);
      writer.write(stream, 0, ByteBuffer.wrap(bytes));
    }
    writer.finish();
    return image.toByteArray();
  }
}
