package io.vhdboot.doctor;

import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.doctor.Finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is written down along one way. */
final class Chart {

  private final String machine;
  private final Optional<BootFirmware> firmware;
  private final List<String> passed = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();

  Chart(String machine, Optional<BootFirmware> firmware) {
    this.machine = machine;
    this.firmware = firmware;
  }

  /** Notes that something is in order. */
  void pass(Step step, String text) {
    passed.add(step + ": " + text);
  }

  /** Begins a note of what stops the machine. */
  Note breaks(Step step, BootError error) {
    return new Note(step, Severity.BREAKS, error);
  }

  /** Begins a note of what stops some machines. */
  Note mayBreak(Step step, BootError error) {
    return new Note(step, Severity.MAY_BREAK, error);
  }

  /** Begins a note of what is unusual. */
  Note remark(Step step) {
    return new Note(step, Severity.REMARK, BootError.NONE);
  }

  List<Fault> faults() {
    return faults;
  }

  Walk toWalk() {
    return new Walk(machine, firmware, passed, faults.stream().map(Fault::finding).toList());
  }

  /** A note that is written down when its cause and remedy are known. */
  final class Note {

    private final Step step;
    private final Severity severity;
    private final BootError error;
    private String place = "";
    private Optional<Cure> cure = Optional.empty();

    private Note(Step step, Severity severity, BootError error) {
      this.step = step;
      this.severity = severity;
      this.error = error;
    }

    /** Says where: a file and an offset or path. */
    Note at(String where) {
      place = where;
      return this;
    }

    /** Says what mends it. */
    Note cure(Cure what) {
      cure = Optional.of(what);
      return this;
    }

    /** Says what mends it, where something does. */
    Note cure(Optional<Cure> what) {
      cure = what;
      return this;
    }

    /** Writes it down. */
    void note(String cause, String remedy) {
      Finding finding = new Finding(step, severity, error, place, cause, remedy, cure.isPresent());
      faults.add(new Fault(finding, cure));
    }
  }
}
