#include "index/mime/mime_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/error.h"

size_t
mime_file_read(MimeFile *file, int64_t offset, const char **bytes)
{
	if (offset < 0 || offset >= file->size)
		return 0;
	if (offset < file->window_start ||
		offset >= file->window_start + (int64_t)file->window_length) {
		ssize_t got;
		do
			got = pread(file->fd, file->window, MIME_WINDOW, offset);
		while (got < 0 && errno == EINTR);
		file->window_start = offset;
		file->window_length = got > 0 ? (size_t)got : 0;
	}
	size_t skipped = (size_t)(offset - file->window_start);
	*bytes = file->window + skipped;
	return file->window_length - skipped;
}

const MimeField *
mime_file_field(const MimeFile *file, const char *name)
{
	size_t length = strlen(name);
	for (guint i = 0; i < file->fields->len; i++) {
		const MimeField *field = &g_array_index(file->fields, MimeField, i);
		if (field->name_length == length &&
			g_ascii_strncasecmp(field->name, name, length) == 0)
			return field;
	}
	return NULL;
}

size_t
mime_file_count(const MimeFile *file, const char *name)
{
	size_t length = strlen(name), count = 0;
	for (guint i = 0; i < file->fields->len; i++) {
		const MimeField *field = &g_array_index(file->fields, MimeField, i);
		count += field->name_length == length &&
		         g_ascii_strncasecmp(field->name, name, length) == 0;
	}
	return count;
}

/* The length of the field name at the start of a line, 0 if the line begins no field. */
static size_t
name_length(const char *line, size_t length, size_t *colon)
{
	size_t name = 0;
	while (name < length && line[name] > ' ' && line[name] < 127 && line[name] != ':')
		name++;
	*colon = name;
	while (*colon < length && (line[*colon] == ' ' || line[*colon] == '\t'))
		(*colon)++;
	return *colon < length && line[*colon] == ':' ? name : 0;
}

static size_t
trimmed_length(const char *text, size_t length)
{
	while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
		length--;
	return length;
}

static void
add_field(MimeFile *file, const char *line, size_t length, size_t name, size_t colon)
{
	MimeField field = { .name = line, .name_length = name, .value = line + colon + 1 };
	field.value_length = trimmed_length(field.value, length - colon - 1);
	while (field.value_length > 0 && (*field.value == ' ' || *field.value == '\t')) {
		field.value++;
		field.value_length--;
	}
	g_array_append_val(file->fields, field);
}

/* Where the lines of a header lead. */
typedef struct HeaderEnd {
	size_t end; /* behind the empty line; 0: none found */
	bool too_many;
	bool bad;         /* this line and what continues it is no field */
	bool bad_start;   /* the first line is none */
	size_t first_bad; /* the first bad line behind a field; 0: none */
	guint fields;     /* that stand ahead of it */
	bool boundary;    /* a line behind it looks like a part's boundary */
} HeaderEnd;

static void
read_bad_line(MimeFile *file, const char *line, HeaderEnd *end)
{
	end->bad = true;
	if (file->fields->len == 0)
		end->bad_start = true;
	else if (end->first_bad == 0) {
		end->first_bad = (size_t)(line - file->header);
		end->fields = file->fields->len;
	}
	end->boundary = end->boundary || g_str_has_prefix(line, "--");
}

static void
read_line(MimeFile *file, const char *line, size_t length, HeaderEnd *end)
{
	if ((*line == ' ' || *line == '\t') && file->fields->len > 0) {
		MimeField *last = &g_array_index(file->fields, MimeField, file->fields->len - 1);
		size_t whole = (size_t)(line + length - last->value);
		if (!end->bad)
			last->value_length = trimmed_length(last->value, whole);
		return;
	}
	size_t colon = 0;
	size_t name = name_length(line, length, &colon);
	bool mbox = line == file->header &&
	            (g_str_has_prefix(line, "From ") || g_str_has_prefix(line, ">From "));
	end->bad = false;
	if (name > 0 && !mbox)
		add_field(file, line, length, name, colon);
	else if (!mbox)
		read_bad_line(file, line, end);
}

static HeaderEnd
read_fields(MimeFile *file)
{
	HeaderEnd end = { 0 };
	size_t at = g_str_has_prefix(file->header, "\xef\xbb\xbf") ? 3 : 0;
	for (size_t lines = 0; at < file->header_length; lines++) {
		const char *line = file->header + at;
		const char *newline = memchr(line, '\n', file->header_length - at);
		size_t length =
			newline != NULL ? (size_t)(newline - line) + 1 : file->header_length - at;
		if (trimmed_length(line, length) == 0 && newline != NULL) {
			end.end = at + length;
			return end;
		}
		if (lines < MIME_HEADER_LINES)
			read_line(file, line, length, &end);
		else
			end.too_many = true;
		at += length;
	}
	return end;
}

/*
 * A line that is no field may be a fault in the header, or the text of a mail that has no empty line
 * ahead of it: the latter if no field follows, or the parts' boundaries do.
 */
static bool
ends_at_bad_line(const MimeFile *file, const HeaderEnd *end)
{
	return end->first_bad > 0 && (end->boundary || end->fields == file->fields->len);
}

/* The body's offset where the header is longer than what was read of it. */
static int64_t
find_body(MimeFile *file, int64_t from)
{
	bool line_is_empty = false; /* what was read begins in the middle of a line */
	const char *bytes;
	size_t length;
	for (int64_t at = from; (length = mime_file_read(file, at, &bytes)) > 0; at += length) {
		for (size_t i = 0; i < length; i++) {
			if (bytes[i] == '\n' && line_is_empty)
				return at + (int64_t)i + 1;
			line_is_empty = bytes[i] == '\n' || (bytes[i] == '\r' && line_is_empty);
		}
	}
	return file->size;
}

static void
read_header(MimeFile *file)
{
	size_t want = (size_t)MIN(file->size, MIME_HEADER_BYTES);
	file->header = g_malloc(want + 1);
	const char *bytes;
	size_t length;
	while (file->header_length < want &&
		(length = mime_file_read(file, (int64_t)file->header_length, &bytes)) > 0) {
		length = MIN(length, want - file->header_length);
		memcpy(file->header + file->header_length, bytes, length);
		file->header_length += length;
	}
	file->header[file->header_length] = '\0';

	HeaderEnd end = read_fields(file);
	file->header_cut = end.too_many;
	bool longer = end.end == 0 && file->size > (int64_t)file->header_length;
	if (end.end > 0)
		file->header_length = end.end;
	file->body = (int64_t)file->header_length;
	if (ends_at_bad_line(file, &end)) {
		file->body = (int64_t)end.first_bad;
		g_array_set_size(file->fields, end.fields);
	} else if (longer) {
		file->body = find_body(file, (int64_t)file->header_length);
		file->header_cut = true;
	}
	/* No field at all: it is no header but the text itself. */
	if (file->fields->len == 0 && end.bad_start)
		file->body = 0;
}

MimeFile *
mime_file_open(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		g_set_error(error, INDEX_ERROR, INDEX_ERROR_NOT_FOUND, "%s: %s", path,
			fd < 0 ? g_strerror(errno) : "not a regular file");
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	MimeFile *file = g_new0(MimeFile, 1);
	file->fd = fd;
	file->size = status.st_size;
	file->end = status.st_size;
	file->fields = g_array_new(FALSE, FALSE, sizeof(MimeField));
	file->masks = g_array_new(FALSE, FALSE, sizeof(MimeMask));
	file->prefix = g_string_new(NULL);
	file->window = g_malloc(MIME_WINDOW);
	read_header(file);
	return file;
}

void
mime_file_free(MimeFile *file)
{
	if (file == NULL)
		return;
	close(file->fd);
	g_array_free(file->fields, TRUE);
	g_array_free(file->masks, TRUE);
	g_string_free(file->prefix, TRUE);
	g_free(file->header);
	g_free(file->window);
	g_free(file);
}
