package io.vhdboot.provisioning;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Says that a plan was not carried out, and what to change. Nothing was written. */
public class PlanRejectedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final transient List<PlanProblem> problems;

  /** Creates an exception about at least one problem. */
  public PlanRejectedException(List<PlanProblem> problems) {
    super(problems.stream().map(PlanProblem::toString).collect(Collectors.joining(". ")));
    this.problems = List.copyOf(problems);
  }

  /** What is wrong. */
  public List<PlanProblem> problems() {
    return problems;
  }

  /** Whether the image is at fault, and not the sizes that were asked for. */
  public boolean isImageUnsuitable() {
    return problems.stream()
        .anyMatch(problem -> problem.severity() == PlanProblem.Severity.UNSUITABLE_IMAGE);
  }
}
