/**
 * Disks of this machine: finds, judges, writes and verifies them. Begin with {@link
 * io.vhdboot.usb.DeviceCatalog} and {@link io.vhdboot.usb.DeviceWriter}.
 */
package io.vhdboot.usb;
