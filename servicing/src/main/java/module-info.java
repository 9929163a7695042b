/** Recognises an offline Windows and changes it so that it starts where it shall. */
module io.vhdboot.servicing {
  requires transitive io.vhdboot.disk;
  requires io.vhdboot.driver;
  requires transitive io.vhdboot.hive;
  requires io.vhdboot.bcd;
  requires java.xml;

  exports io.vhdboot.servicing;
}
