/** Boot configuration data stores: objects, typed elements, devices. */
module io.vhdboot.bcd {
  requires transitive io.vhdboot.hive;

  exports io.vhdboot.bcd;
}
