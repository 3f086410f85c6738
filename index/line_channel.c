#include "index/line_channel.h"

#include <string.h>

enum { READ_SIZE = 16 * 1024 };

struct LineChannel {
	GSocketConnection *connection;
	GCancellable *cancel;
	const LineChannelEvents *events;
	void *data;
	size_t backlog;
	GString *in;
	GString *out;    /* waits for the write under way */
	GBytes *writing; /* the write under way */
	bool finishing, closed;
	const char *dropped; /* why it is about to be ended */
	int running;         /* operations whose callbacks are still to come */
	bool freed;
	char buffer[READ_SIZE];
};

static void channel_read(LineChannel *channel);
static void channel_write(LineChannel *channel);

static void
channel_unref_operation(LineChannel *channel)
{
	channel->running--;
	if (!channel->freed || channel->running > 0)
		return;
	g_clear_object(&channel->connection);
	g_clear_object(&channel->cancel);
	g_string_free(channel->in, TRUE);
	g_string_free(channel->out, TRUE);
	g_clear_pointer(&channel->writing, g_bytes_unref);
	g_free(channel);
}

static void
channel_shut(LineChannel *channel)
{
	g_cancellable_cancel(channel->cancel);
	if (!channel->closed) {
		channel->closed = true;
		g_io_stream_close(G_IO_STREAM(channel->connection), NULL, NULL);
	}
}

static void
channel_fail(LineChannel *channel, const char *why)
{
	if (channel->closed)
		return;
	channel_shut(channel);
	if (!channel->freed)
		channel->events->on_closed(
			channel, channel->dropped ? channel->dropped : why, channel->data);
}

/* Hands over the lines that are whole; the object may be freed by the one who hears them. */
static void
channel_take_lines(LineChannel *channel)
{
	size_t start = 0;
	char *end;
	while (!channel->closed && start < channel->in->len &&
		(end = memchr(channel->in->str + start, '\n', channel->in->len - start)) != NULL) {
		size_t length = (size_t)(end - channel->in->str) - start;
		g_autoptr(GError) error = NULL;
		g_autoptr(JsonObject) object =
			json_line_parse(channel->in->str + start, length, &error);
		start += length + 1;
		if (object)
			channel->events->on_object(channel, object, channel->data);
		else
			channel_fail(channel, error->message);
	}
	g_string_erase(channel->in, 0, (gssize)start);
	if (channel->in->len > JSON_LINE_LIMIT)
		channel_fail(channel, "a line of more than 1 MB");
}

static void
on_read(GObject *source, GAsyncResult *result, void *data)
{
	LineChannel *channel = data;
	g_autoptr(GError) error = NULL;
	gssize size = g_input_stream_read_finish(G_INPUT_STREAM(source), result, &error);
	if (!channel->closed && size > 0) {
		g_string_append_len(channel->in, channel->buffer, size);
		channel_take_lines(channel);
		if (!channel->closed)
			channel_read(channel);
	} else if (!channel->closed) {
		channel_fail(
			channel, error ? error->message : "the other end closed the connection");
	}
	channel_unref_operation(channel);
}

static void
channel_read(LineChannel *channel)
{
	channel->running++;
	GInputStream *stream = g_io_stream_get_input_stream(G_IO_STREAM(channel->connection));
	g_input_stream_read_async(stream, channel->buffer, READ_SIZE, G_PRIORITY_DEFAULT,
		channel->cancel, on_read, channel);
}

static void
on_written(GObject *source, GAsyncResult *result, void *data)
{
	LineChannel *channel = data;
	g_autoptr(GError) error = NULL;
	bool ok = g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, &error);
	g_clear_pointer(&channel->writing, g_bytes_unref);
	if (!ok)
		channel_fail(channel, error->message);
	else if (!channel->closed)
		channel_write(channel);
	channel_unref_operation(channel);
}

static void
channel_write(LineChannel *channel)
{
	if (channel->writing || channel->closed)
		return;
	if (channel->out->len == 0) {
		if (channel->finishing)
			channel_fail(channel, "finished");
		return;
	}
	channel->writing = g_string_free_to_bytes(channel->out);
	channel->out = g_string_new(NULL);
	channel->running++;
	gsize size;
	const void *bytes = g_bytes_get_data(channel->writing, &size);
	GOutputStream *stream = g_io_stream_get_output_stream(G_IO_STREAM(channel->connection));
	g_output_stream_write_all_async(
		stream, bytes, size, G_PRIORITY_DEFAULT, channel->cancel, on_written, channel);
}

LineChannel *
line_channel_new(
	GSocketConnection *connection, size_t backlog, const LineChannelEvents *events, void *data)
{
	LineChannel *channel = g_new0(LineChannel, 1);
	channel->connection = g_object_ref(connection);
	channel->cancel = g_cancellable_new();
	channel->events = events;
	channel->data = data;
	channel->backlog = backlog;
	channel->in = g_string_new(NULL);
	channel->out = g_string_new(NULL);
	channel_read(channel);
	return channel;
}

void
line_channel_free(LineChannel *channel)
{
	if (!channel)
		return;
	channel->running++;
	channel->freed = true;
	channel_shut(channel);
	channel_unref_operation(channel);
}

void
line_channel_send(LineChannel *channel, JsonObject *object)
{
	if (channel->closed || channel->finishing || channel->dropped)
		return;
	g_autofree char *line = json_line_write(object);
	g_string_append(channel->out, line);
	g_string_append_c(channel->out, '\n');
	if (channel->out->len <= channel->backlog) {
		channel_write(channel);
		return;
	}
	/* Not here: who sends goes on with what on_closed frees. The read under way ends instead. */
	channel->dropped = "it left too much unread";
	g_cancellable_cancel(channel->cancel);
}

void
line_channel_finish(LineChannel *channel)
{
	channel->finishing = true;
	channel_write(channel);
}
