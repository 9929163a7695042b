package io.vhdboot.doctor;

import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.image.OpenDisk;
import io.vhdboot.ntfs.NtfsFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at the disk in a VHD that a boot manager elsewhere leads to. */
final class InsideStep {

  private final Patient patient;
  private final Chart chart;

  InsideStep(Patient patient, Chart chart) {
    this.patient = patient;
    this.chart = chart;
  }

  void check(OpenDisk disk) throws IOException {
    List<WindowsSearch.Place> places = new WindowsSearch(patient, disk).all();
    if (places.isEmpty()) {
      chart
          .breaks(Step.VOLUME, BootError.FILE_MISSING)
          .at(patient.path())
          .note(
              "no volume of the disk in it holds a Windows",
              "vhdboot wim apply IMAGE.wim " + patient.path() + "@1");
    }
    for (WindowsSearch.Place place : places) {
      checkLoaders(place);
      new WindowsStep(
              patient,
              chart,
              Optional.empty(),
              place.volume(),
              "\\Windows",
              place.path(),
              Optional.empty())
          .check();
    }
  }

  private void checkLoaders(WindowsSearch.Place place) throws IOException {
    List<String> there = new ArrayList<>();
    for (BootFirmware machine : BootFirmware.values()) {
      Optional<NtfsFile> loader = place.volume().find("\\Windows\\System32\\" + machine.loader());
      if (loader.isPresent() && Program.read(loader.get().stream("").device()).isPresent()) {
        there.add(machine.loader());
      }
    }
    if (there.isEmpty()) {
      chart
          .breaks(Step.LOADER, BootError.FILE_MISSING)
          .at(place.path() + "/System32")
          .note(
              "there is neither winload.exe nor winload.efi",
              "put them back from the image: vhdboot wim extract, vhdboot cp");
    } else {
      chart.pass(Step.LOADER, String.join(" and ", there) + " of " + place.path());
    }
  }
}
