#include "backend/core/remote.h"

unsigned
remote_capabilities(const Remote *remote)
{
	return remote->class->capabilities(remote);
}

bool
remote_list(Remote *remote, bool *with_status, GError **error)
{
	return remote->class->list(remote, with_status, error);
}

bool
remote_status(Remote *remote, const char *const *folders, GError **error)
{
	return remote->class->status(remote, folders, error);
}

bool
remote_select(
	Remote *remote, const char *folder, bool writing, ImapSelected *selected, GError **error)
{
	return remote->class->select(remote, folder, writing, selected, error);
}

bool
remote_send(Remote *remote, const RemoteCommand *command, GError **error)
{
	return remote->class->send(remote, command, error);
}

bool
remote_read(Remote *remote, uint64_t messages, ImapDone *done, GError **error)
{
	return remote->class->read(remote, messages, done, error);
}

void
remote_hear(Remote *remote, const ImapHandlers *handlers, void *data)
{
	remote->class->hear(remote, handlers, data);
}

bool
remote_is_usable(const Remote *remote)
{
	return remote->class->is_usable(remote);
}

void
remote_close(Remote *remote)
{
	if (remote)
		remote->class->close(remote);
}

bool
remote_command(Remote *remote, const RemoteCommand *command, ImapDone *done, GError **error)
{
	ImapDone own = { 0 };
	if (!remote_send(remote, command, error) || !remote_read(remote, 0, &own, error))
		return false;
	bool ok = own.result == IMAP_OK;
	if (!ok)
		imap_refused(&own, command->folder ? command->folder : "the server", error);
	if (ok && done)
		*done = own;
	else
		imap_done_clear(&own);
	return ok;
}
