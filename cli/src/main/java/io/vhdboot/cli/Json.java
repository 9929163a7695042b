package io.vhdboot.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

/** How everything is written for scripts. */
final class Json {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private Json() {}

  /** The text of a tree of maps, lists, strings, numbers and booleans. */
  static String text(Object tree) {
    return GSON.toJson(tree);
  }
}
