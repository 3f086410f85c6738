#include <string.h>

#include "index/header_private.h"

/* RFC 2047 §2: =?charset?encoding?text?= */
typedef struct Word {
	char charset[48]; /* without the language of RFC 2231 §5 */
	char encoding;    /* 'B' or 'Q' */
	HeaderSpan text;
	const char *end;
} Word;

/* A run of words of one charset: their bytes are joined, since mailers cut characters in two. */
typedef struct Run {
	GString *out, *bytes;
	const char *hint;
	char charset[48];                   /* empty: no run */
	unsigned base64_bits, base64_count; /* of a quantum that the last word left open */
} Run;

/* Where the search for "?=" stands, so that it is one pass however many words begin. */
typedef struct Closer {
	const char *at, *end;
} Closer;

/* Where FIRST and SECOND stand side by side; NULL: nowhere. */
static const char *
find_pair(const char *at, const char *end, char first, char second)
{
	while (end - at >= 2 && (at = memchr(at, first, end - at - 1))) {
		if (at[1] == second)
			return at;
		at++;
	}
	return NULL;
}

static const char *
next_close(Closer *closer, const char *from)
{
	if (closer->at && closer->at < from)
		closer->at = find_pair(from, closer->end, '?', '=');
	return closer->at;
}

static bool
parse_charset(const char **at, const char *end, char charset[48])
{
	size_t length = 0;
	const char *c = *at;
	for (; c < end && *c != '?' && *c != '*'; c++) {
		if (*c <= ' ' || *c >= 127 || length == 47)
			return false;
		charset[length++] = *c;
	}
	charset[length] = '\0';
	while (c < end && *c != '?' && *c > ' ')
		c++;
	*at = c + 1;
	return length > 0 && c < end && *c == '?';
}

static bool
parse_word(const char *start, const char *end, Closer *closer, Word *word)
{
	const char *c = start + 2;
	if (!parse_charset(&c, end, word->charset) || end - c < 4 || c[1] != '?')
		return false;
	word->encoding = g_ascii_toupper(*c);
	if (word->encoding != 'B' && word->encoding != 'Q')
		return false;
	c += 2;
	const char *close = next_close(closer, c);
	/* Another word that begins before this one's end: this one was never closed. */
	if (!close || find_pair(c, close, '=', '?'))
		return false;
	word->text = (HeaderSpan){ c, close - c };
	word->end = close + 2;
	return true;
}

static void
decode_q(GString *bytes, HeaderSpan text)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.bytes[i];
		if (c == '=' && i + 2 < text.length && g_ascii_isxdigit(text.bytes[i + 1]) &&
			g_ascii_isxdigit(text.bytes[i + 2])) {
			c = g_ascii_xdigit_value(text.bytes[i + 1]) << 4 |
			    g_ascii_xdigit_value(text.bytes[i + 2]);
			i += 2;
		} else if (c == '_')
			c = ' ';
		g_string_append_c(bytes, c);
	}
}

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/*
 * A word that ends inside a quantum was cut there by its mailer if bits are left over that no byte
 * has; the next word goes on. Otherwise it merely lacks its padding.
 */
static void
close_base64(Run *run, bool padded)
{
	unsigned left = run->base64_count * 6 % 8;
	if (!padded && (run->base64_count == 1 || (run->base64_bits & ((1u << left) - 1))))
		return;
	run->base64_count = run->base64_bits = 0;
}

static void
decode_b(Run *run, HeaderSpan text)
{
	bool padded = false;
	for (size_t i = 0; i < text.length; i++) {
		int value = base64_value(text.bytes[i]);
		if (text.bytes[i] == '=') {
			padded = true;
			run->base64_count = run->base64_bits = 0;
		}
		if (value < 0)
			continue;
		run->base64_bits = run->base64_bits << 6 | (unsigned)value;
		run->base64_count = (run->base64_count + 1) % 4;
		unsigned left = run->base64_count * 6 % 8;
		if (run->base64_count != 1)
			g_string_append_c(run->bytes, (char)(run->base64_bits >> left));
	}
	close_base64(run, padded);
}

static void
flush_run(Run *run)
{
	if (run->charset[0])
		header_charset_append(run->out, run->charset, run->bytes->str, run->bytes->len);
	g_string_truncate(run->bytes, 0);
	run->charset[0] = '\0';
	run->base64_bits = run->base64_count = 0;
}

static void
add_word(Run *run, const Word *word)
{
	if (g_ascii_strcasecmp(run->charset, word->charset) != 0 ||
		header_charset_has_state(word->charset))
		flush_run(run);
	memcpy(run->charset, word->charset, sizeof run->charset);
	if (word->encoding == 'B')
		decode_b(run, word->text);
	else
		decode_q(run->bytes, word->text);
}

/* Text between words; between two words it counts only if it is more than blanks. */
static void
add_text(Run *run, const char *text, size_t length)
{
	size_t blanks = 0;
	while (blanks < length && header_is_blank(text[blanks]))
		blanks++;
	if (run->charset[0] && blanks == length)
		return;
	flush_run(run);
	header_charset_append_raw(run->out, run->hint, text, length);
}

/* No control character of a line may come out of a word: the value is one line, and a C string. */
static char *
one_line(GString *text)
{
	bool harmless = !memchr(text->str, '\0', text->len) && !strpbrk(text->str, "\r\n");
	if (harmless)
		return g_strstrip(g_string_free(text, FALSE));
	g_autoptr(GString) line = g_string_sized_new(text->len + 16);
	for (size_t i = 0; i < text->len; i++) {
		if (text->str[i] == '\0')
			g_string_append(line, "\xe2\x90\x80"); /* U+2400 */
		else
			g_string_append_c(line,
				text->str[i] == '\r' || text->str[i] == '\n' ? ' ' : text->str[i]);
	}
	g_string_free(text, TRUE);
	return g_strstrip(g_string_free(g_steal_pointer(&line), FALSE));
}

/* Is this ASCII on one line without a word or an escape, as most values are? */
static bool
is_plain(const char *value, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)value[i];
		if (c < ' ' || c >= 127 || (c == '=' && i + 1 < length && value[i + 1] == '?'))
			return false;
	}
	return true;
}

char *
header_words_decode(const char *value, size_t length, const char *hint)
{
	if (is_plain(value, length))
		return g_strstrip(g_strndup(value, length));
	g_autoptr(GString) text = header_unfold(value, length);
	const char *end = text->str + text->len, *done = text->str;
	g_autoptr(GString) bytes = g_string_new(NULL);
	Run run = { .out = g_string_sized_new(text->len + 1), .bytes = bytes, .hint = hint };
	Closer closer = { .at = find_pair(done, end, '?', '='), .end = end };
	Word word;
	for (const char *at = done; (at = find_pair(at, end, '=', '?'));) {
		if (!parse_word(at, end, &closer, &word)) {
			at += 2;
			continue;
		}
		add_text(&run, done, at - done);
		add_word(&run, &word);
		at = done = word.end;
	}
	add_text(&run, done, end - done);
	flush_run(&run);
	return one_line(run.out);
}

char *
header_decode(const char *value, size_t length)
{
	return header_words_decode(value, length, NULL);
}
