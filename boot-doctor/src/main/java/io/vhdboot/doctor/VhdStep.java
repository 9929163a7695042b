package io.vhdboot.doctor;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.image.BootPath.VhdFile;
import io.vhdboot.image.OpenDisk;
import io.vhdboot.image.VolumeParents;
import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.NtfsStream;
import io.vhdboot.vhd.MissingParentException;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhd.VhdFinding;
import io.vhdboot.vhd.VhdMaintenance;
import io.vhdboot.vhd.VhdType;
import io.vhdboot.vhdx.Vhdx;
import io.vhdboot.vhdx.VhdxCheck;
import io.vhdboot.vhdx.VhdxInfo;
import io.vhdboot.vhdx.VhdxMaintenance;
import io.vhdboot.vhdx.VhdxType;
import java.io.IOException;
import java.util.Optional;

/** Looks at the VHD file that an entry starts from, and at what its volume makes of it. */
final class VhdStep {

  private static final int SECTOR = 512;

  private final Patient patient;
  private final Chart chart;
  private final VhdFile vhd;
  private final String path;

  VhdStep(Patient patient, Chart chart, VhdFile vhd) {
    this.patient = patient;
    this.chart = chart;
    this.vhd = vhd;
    this.path = patient.path(vhd.partition(), vhd.path());
  }

  /** Opens the disk in it; nothing where the boot manager cannot. */
  Optional<OpenDisk> open() throws IOException {
    NtfsStream content = vhd.file().stream("");
    if (content.isEncrypted()) {
      chart
          .breaks(Step.VHD, BootError.FILE_MISSING)
          .at(path)
          .note("the VHD is encrypted (EFS)", "copy it to a folder that is not encrypted");
      return Optional.empty();
    }
    checkStorage(content);
    BlockDevice device = content.device();
    if (!check(device)) {
      return Optional.empty();
    }
    try {
      OpenDisk disk = vhd.open();
      chart.pass(Step.VHD, vhd.path() + " opens");
      return Optional.of(disk);
    } catch (MissingParentException | io.vhdboot.vhdx.MissingParentException e) {
      chart
          .breaks(Step.VHD, BootError.VHD_PARENT_MISSING)
          .at(path)
          .note(
              "the VHD is a differencing one, and its parent is not there: " + e.getMessage(),
              "put the parent back beside it, or vhdboot vhd rebase");
    } catch (DiskFormatException e) {
      damaged(e.getMessage(), device);
    }
    return Optional.empty();
  }

  private void checkStorage(NtfsStream content) throws IOException {
    boolean isSparse = content.isSparse() || (vhd.file().attributes() & FileAttributes.SPARSE) != 0;
    if (!isSparse && !content.isCompressed() && !content.isOverlay()) {
      return;
    }
    String form = content.isOverlay() || content.isCompressed() ? "compressed" : "sparse";
    chart
        .breaks(Step.VHD, BootError.VHD_BOOT_INITIALIZATION_FAILED)
        .at(path)
        .cure(
            content.isOverlay()
                ? Optional.empty()
                : Cures.plainFile(patient, vhd.partition(), vhd.path()))
        .note(
            "the VHD is "
                + form
                + " on its volume: the boot manager reads it, but Windows does not mount such a"
                + " file",
            "vhdboot doctor --fix " + patient.path() + "; or copy it, not " + form);
  }

  /** Looks for damage; whether it can be opened at all. */
  private boolean check(BlockDevice device) throws IOException {
    try {
      if (Vhdx.isVhdx(device)) {
        VhdxCheck check = VhdxMaintenance.check(device);
        Optional<VhdxCheck.Problem> problem =
            check.problems().stream().filter(each -> each.part() != VhdxCheck.Part.LOG).findFirst();
        problem.ifPresent(each -> damaged(each.description(), device));
        return problem.isEmpty() || problem.get().remedy() != VhdxCheck.Remedy.NONE;
      }
      if (!Vhd.isVhd(device)) {
        damaged("it has neither a VHD's footer nor a VHDX's signature", device);
        return false;
      }
      VolumeParents parents = VolumeParents.beside(vhd.host(), vhd.path());
      Optional<VhdFinding> damage =
          VhdMaintenance.check(device, parents).stream()
              .filter(each -> each.kind().isDamage() && each.kind() != VhdFinding.Kind.PARENT)
              .findFirst();
      damage.ifPresent(each -> damaged(each.text(), device));
      return true;
    } catch (DiskFormatException e) {
      damaged(e.getMessage(), device);
      return false;
    }
  }

  private void damaged(String reason, BlockDevice device) {
    if (chart.faults().stream()
        .anyMatch(fault -> fault.finding().error() == BootError.VHD_DAMAGED)) {
      return;
    }
    chart
        .breaks(Step.VHD, BootError.VHD_DAMAGED)
        .at(path)
        .cure(VhdCures.repair(patient, vhd, device))
        .note("the VHD is damaged: " + reason, "vhdboot vhd check, and repair what it says");
  }

  /** Whether it is a VHDX, which Windows before 8 does not open. */
  boolean isVhdx() throws IOException {
    return Vhdx.isVhdx(vhd.file().stream("").device());
  }

  /** Bytes by which the file grows when Windows expands it; 0 for a fixed one. */
  long growth() throws IOException {
    BlockDevice device = vhd.file().stream("").device();
    if (Vhdx.isVhdx(device)) {
      Optional<VhdxInfo> info = Vhdx.identify(device);
      return info.isEmpty() || info.get().type() == VhdxType.FIXED
          ? 0
          : (long) (info.get().blockCount() - info.get().presentBlockCount())
              * info.get().blockSize();
    }
    VolumeParents parents = VolumeParents.beside(vhd.host(), vhd.path());
    Vhd disk = Vhd.open(device, true, parents);
    if (disk.type() == VhdType.FIXED) {
      return 0;
    }
    long bitmap = (disk.blockSize() / SECTOR / Byte.SIZE + SECTOR - 1) / SECTOR * SECTOR;
    return (disk.blockCount() - disk.presentBlockCount()) * (disk.blockSize() + bitmap);
  }

  /** Bytes that are free on the volume that the file is on. */
  long room() throws IOException {
    return vhd.host().countFreeClusters() * vhd.host().clusterSize();
  }
}
