package dev.evenkeel.knowledge.ingestion.extract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.testing.CpuTime;
import java.io.StringReader;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which formats of a workbook show dates. */
class XlsxDatesTest {

    private static XlsxDates withFormat(String code) {
        String styles = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"" + code
                + "\"/></numFmts><cellXfs><xf numFmtId=\"164\"/></cellXfs></styleSheet>";
        XlsxDates dates = new XlsxDates();
        dates.readStyles(XmlWalk.of(new StringReader(styles), new Deadline(Duration.ofMinutes(1))));
        return dates;
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "yyyy-mm-dd, true",
                "[$-407]d. mmmm yyyy, true",
                "[h]:mm, true",
                "[Red]0.00, false",
                "&quot;day&quot; 0, false",
                "0\\d, false"
            })
    void aFormatOfAWorkbookShowsADateOrNot(String code, boolean date) {
        assertThat(withFormat(code).isDate(0)).isEqualTo(date);
    }

    @Test
    void aFormatOfMegabytesIsNoneAndTakesNoTime() {
        String code = "[".repeat(4 << 20) + "yyyy";
        assertThat(CpuTime.of(() -> assertThat(withFormat(code).isDate(0)).isFalse()))
                .isLessThan(Duration.ofSeconds(20));
    }
}
