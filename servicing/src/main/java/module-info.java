/** Recognises an offline Windows and changes it so that it starts where it shall. */
module io.vhdboot.servicing {
  requires transitive io.vhdboot.disk;
  requires transitive io.vhdboot.driver;
  requires transitive io.vhdboot.hive;
  requires io.vhdboot.bcd;
  requires java.xml;

  exports io.vhdboot.servicing;
}
