package dev.colibri.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the users of a module can name: its public types and their public and protected members. */
final class Api {
  /** A package of the engine is public for io and the runtime, and promises users nothing. */
  private static final String ENGINE = "dev.colibri.connector.engine.";

  private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");

  private Api() {}

  /** One line a type or member, sorted by type, of the classes that were built for a module. */
  static String of(Path classes) {
    StringBuilder text = new StringBuilder();
    for (Class<?> type : publicTypes(classes)) {
      text.append(header(type)).append('\n');
      members(type).forEach(m -> text.append("  ").append(m).append('\n'));
    }
    return text.toString();
  }

  private static List<Class<?>> publicTypes(Path classes) {
    try (Stream<Path> files = Files.walk(classes)) {
      List<Class<?>> types = new ArrayList<>();
      for (String name :
          files
              .map(f -> classes.relativize(f).toString())
              .filter(f -> f.endsWith(".class") && !f.endsWith("-info.class"))
              .map(f -> f.substring(0, f.length() - ".class".length()).replaceAll("[/\\\\]", "."))
              .filter(n -> !n.startsWith(ENGINE))
              .sorted()
              .toList()) {
        Class<?> type = Class.forName(name, false, Api.class.getClassLoader());
        if (isVisible(type)) {
          types.add(type);
        }
      }
      return types;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isVisible(Class<?> type) {
    return !type.isAnonymousClass()
        && !type.isLocalClass()
        && isPromised(type.getModifiers())
        && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
  }

  private static boolean isPromised(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static String header(Class<?> type) {
    List<String> words = new ArrayList<>();
    if (type.isSealed() && !type.isEnum()) {
      words.add("sealed");
    }
    if (type.isEnum()) {
      words.add("enum");
    } else if (type.isRecord()) {
      words.add("record");
    } else if (type.isInterface()) {
      words.add("interface");
    } else {
      words.add(Modifier.toString(type.getModifiers() & (Modifier.ABSTRACT | Modifier.FINAL)));
      words.add("class");
    }
    String parameters = list(type.getTypeParameters());
    words.add(type.getName() + (parameters.isEmpty() ? "" : "<" + parameters + ">"));
    Type parent = type.getGenericSuperclass();
    if (parent != null && parent != Object.class && !type.isEnum() && !type.isRecord()) {
      words.add("extends " + name(parent));
    }
    if (type.getGenericInterfaces().length > 0) {
      words.add("implements " + list(type.getGenericInterfaces()));
    }
    words.removeIf(String::isEmpty);
    return String.join(" ", words);
  }

  private static Set<String> members(Class<?> type) {
    Set<String> members = new TreeSet<>();
    for (Field f : type.getDeclaredFields()) {
      if (isPromised(f)) {
        members.add(shortened(type, f.toGenericString()));
      }
    }
    for (Constructor<?> c : type.getDeclaredConstructors()) {
      if (isPromised(c)) {
        members.add(shortened(type, c.toGenericString()));
      }
    }
    for (Method m : type.getDeclaredMethods()) {
      if (isPromised(m) && !OF_EVERY_OBJECT.contains(m.getName())) {
        members.add(shortened(type, m.toGenericString()));
      }
    }
    return members;
  }

  private static boolean isPromised(Member member) {
    return isPromised(member.getModifiers()) && !member.isSynthetic();
  }

  /** Without what every line would repeat, and without what is no promise. */
  private static String shortened(Class<?> type, String member) {
    return brief(member.replace(" " + type.getName() + ".", " "))
        .replaceAll("\\b(synchronized|native|strictfp|transient|volatile) ", "");
  }

  private static String brief(String names) {
    return names.replaceAll(
        "\\bjava\\.(lang|util)\\.(?=[A-Z])|\\bdev\\.colibri\\.connector\\.", "");
  }

  private static String list(Type[] types) {
    return String.join(", ", Arrays.stream(types).map(Api::name).toList());
  }

  private static String name(Type type) {
    return brief(type.getTypeName());
  }
}
