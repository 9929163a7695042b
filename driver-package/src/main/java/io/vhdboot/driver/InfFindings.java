package io.vhdboot.driver;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Gathers findings, each once, and not more than anybody reads. */
final class InfFindings {

  private static final int MAX_FINDINGS = 1000;

  private final Set<InfFinding> findings = new LinkedHashSet<>();

  void error(int code, int line, String message) {
    add(InfFinding.error(code, line, message));
  }

  void warning(int code, int line, String message) {
    add(InfFinding.warning(code, line, message));
  }

  void add(InfFinding finding) {
    if (findings.size() < MAX_FINDINGS) {
      findings.add(finding);
    }
  }

  void addAll(List<InfFinding> others) {
    others.forEach(this::add);
  }

  List<InfFinding> toList() {
    return List.copyOf(new ArrayList<>(findings));
  }
}
