package io.vhdboot.cli;

import io.vhdboot.provisioning.bootfiles.BootAuthority;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads whose signature is wanted, by the year of its certificate. */
final class BootAuthorityConverter implements ITypeConverter<BootAuthority> {

  @Override
  public BootAuthority convert(String text) {
    return switch (text) {
      case "2011" -> BootAuthority.PCA_2011;
      case "2023" -> BootAuthority.CA_2023;
      default -> throw new TypeConversionException("'" + text + "' is neither 2011 nor 2023");
    };
  }
}
