package dev.evenkeel.knowledge.ingestion.extract;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Dates of a workbook: numbers of days that a style shows as a date or time (ECMA-376 part 1, 18.8.30 and 18.17.4). */
final class XlsxDates {

    private static final LocalDate EPOCH_1900 = LocalDate.of(1899, 12, 31);
    private static final LocalDate EPOCH_1904 = LocalDate.of(1904, 1, 1);

    /** In the 1900 system this day is the 29th of February 1900, which never was; later days are one too many. */
    private static final int LEAP_DAY_1900 = 60;

    private static final double MAX_DAYS = 2_958_466;
    private static final int SECONDS_A_DAY = 24 * 60 * 60;

    /** Longest format code of a spreadsheet program; a longer one is no format. */
    private static final int MAX_CODE_CHARS = 255;

    /** More than any spreadsheet program writes; further formats count for nothing. */
    private static final int MAX_FORMATS = 1 << 16;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private enum Shown {
        NUMBER,
        DATE,
        TIME,
        DATE_TIME,
        DURATION
    }

    private final Map<Integer, Shown> formats = new HashMap<>();
    private final List<Shown> styles = new ArrayList<>();
    private LocalDate epoch = EPOCH_1900;

    void startIn1904(String flag) {
        if (flag.equals("1") || flag.equals("true")) {
            epoch = EPOCH_1904;
        }
    }

    void readStyles(XmlWalk xml) {
        boolean cellStyles = false;
        while (xml.next()) {
            if (xml.starts("numFmt")) {
                addFormat(integer(xml.attribute("numFmtId", "")), xml.attribute("formatCode", ""));
            } else if (xml.starts("cellXfs")) {
                cellStyles = true;
            } else if (xml.ends("cellXfs")) {
                cellStyles = false;
            } else if (cellStyles && xml.starts("xf") && styles.size() < MAX_FORMATS) {
                int format = integer(xml.attribute("numFmtId", ""));
                styles.add(formats.getOrDefault(format, builtIn(format)));
            }
        }
    }

    private void addFormat(int id, String code) {
        if (code.length() <= MAX_CODE_CHARS && formats.size() < MAX_FORMATS) {
            formats.put(id, shown(code));
        }
    }

    private static int integer(String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Shown builtIn(int format) {
        if ((format >= 14 && format <= 17) || (format >= 27 && format <= 36) || (format >= 50 && format <= 58)) {
            return Shown.DATE;
        }
        if (format == 22) {
            return Shown.DATE_TIME;
        }
        if (format == 46) {
            return Shown.DURATION;
        }
        return (format >= 18 && format <= 21) || format == 45 || format == 47 ? Shown.TIME : Shown.NUMBER;
    }

    /** What a format of a workbook's own shows. */
    private static Shown shown(String code) {
        String lower = code.toLowerCase(Locale.ROOT);
        if (lower.matches(".*\\[(?:h+|m+|s+)\\].*")) {
            return Shown.DURATION;
        }
        String bare = lower.replaceAll("\"[^\"]*+\"|\\\\.|\\[[^\\]]*+\\]|_.|general", "");
        boolean time = bare.matches("(?s).*[hs].*");
        boolean date = bare.matches("(?s).*[yd].*") || (!time && bare.matches("(?s).*m.*"));
        if (date) {
            return time ? Shown.DATE_TIME : Shown.DATE;
        }
        return time ? Shown.TIME : Shown.NUMBER;
    }

    boolean isDate(int style) {
        return shownAs(style) != Shown.NUMBER;
    }

    private Shown shownAs(int style) {
        return style >= 0 && style < styles.size() ? styles.get(style) : Shown.NUMBER;
    }

    /** The date, time or duration in ISO 8601, or the number itself where there is no such date. */
    String text(double days, int style) {
        if (days < 0 || days >= MAX_DAYS || Double.isNaN(days)) {
            return String.valueOf(days);
        }
        Shown shown = shownAs(style);
        long seconds = Math.round(days * SECONDS_A_DAY);
        if (shown == Shown.DURATION) {
            return java.time.Duration.ofSeconds(seconds).toString();
        }
        LocalTime time = LocalTime.ofSecondOfDay(seconds % SECONDS_A_DAY);
        if (shown == Shown.TIME && seconds < SECONDS_A_DAY) {
            return time.format(TIME);
        }
        long day = seconds / SECONDS_A_DAY;
        boolean afterLeapDay = epoch.equals(EPOCH_1900) && day >= LEAP_DAY_1900;
        LocalDate date = epoch.plusDays(afterLeapDay ? day - 1 : day);
        return shown == Shown.DATE && time.equals(LocalTime.MIDNIGHT)
                ? date.toString()
                : LocalDateTime.of(date, time)
                        .format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT));
    }
}
