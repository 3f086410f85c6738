#include "ui/cli_commands.h"

#include "ui/cli_private.h"

static const CliOption json_options[] = {
	{ "json", 0, NULL, "print JSON" },
	{ NULL },
};

#define NO_WAIT "do not wait until searches see it"

static const CliOption tag_options[] = {
	{ "no-wait", 0, NULL, NO_WAIT },
	{ "json", 0, NULL, "print JSON" },
	{ NULL },
};

static const CliOption move_options[] = {
	{ "copy", 0, NULL, "copy it: what is there stays" },
	{ "no-wait", 0, NULL, NO_WAIT },
	{ "json", 0, NULL, "print JSON" },
	{ NULL },
};

static const CliOption pending_options[] = {
	{ "retry", 0, NULL, "try again what was refused" },
	{ "drop", 0, NULL, "give up what was refused: what the server has is shown again" },
	{ "json", 0, NULL, "print JSON" },
	{ NULL },
};

static const CliOption undo_options[] = {
	{ "redo", 0, NULL, "do again what was taken back last" },
	{ "no-wait", 0, NULL, NO_WAIT },
	{ "json", 0, NULL, "print JSON" },
	{ NULL },
};

static const CliOption search_options[] = {
	{ "json", 0, NULL, "print JSON" },
	{ "limit", 0, "N", "at most N results" },
	{ "output", 0, "WHAT", "threads, messages, ids or files (default: messages)" },
	{ NULL },
};

static const CliOption show_options[] = {
	{ "json", 0, NULL, "print JSON: headers, parts, text" },
	{ "raw", 0, NULL, "print the file as it is" },
	{ "text", 0, NULL, "print the text alone" },
	{ "part", 0, "N", "print one part, decoded" },
	{ NULL },
};

static const CliOption sync_options[] = {
	{ "watch", 0, NULL, "stay and keep watching" },
	{ "take-tags", 0, NULL,
		"take tags that another program changed in such numbers that they are held" },
	{ "drop-tags", 0, NULL, "undo these changes in the index" },
	{ "json", 0, NULL, "print events as JSON lines, a \"done\" last" },
	{ "trace", 0, "FILE", "write the protocol to FILE, secrets masked" },
	{ NULL },
};

static const CliOption rebuild_options[] = {
	{ "index", 0, NULL, "hand every message to the index again" },
	{ "state", 0, NULL, "make what is remembered of an account anew from its files" },
	{ "accept", 0, NULL, "take a held folder as the server has it now" },
	{ NULL },
};

/* Keep sorted: help and manual follow this order. */
const CliCommand cli_commands[] = {
	{ .name = "completion",
		.arguments = "bash | zsh | fish",
		.help = "print what completes commands in a shell",
		.more = "bash: source <(curlew completion bash)\n"
			"zsh:  curlew completion zsh >DIRECTORY/_curlew, where DIRECTORY is in "
			"$fpath\n"
			"fish: curlew completion fish >~/.config/fish/completions/curlew.fish",
		.min = 1,
		.max = 1,
		.run = cli_completion_run },
	{ .name = "config",
		.arguments = "init [ADDRESS] | check",
		.help = "write a commented config, or check it",
		.more = "init writes a config of mode 0600 with every option as a comment, never "
			"over\n"
			"one that is there; ADDRESS fills in a first account. check names every "
			"mistake\n"
			"with its line and column, and options that are not used yet.",
		.min = 1,
		.max = 2,
		.run = cli_config_run },
	{ .name = "count",
		.arguments = "QUERY",
		.help = "count what matches: messages, threads, unread",
		.options = json_options,
		.min = 1,
		.max = -1,
		.needs = CLI_NEEDS_CONFIG,
		.run = cli_count_run },
	{ .name = "demo",
		.arguments = "",
		.help = "the reader on sample mail; no account needed, nothing left behind",
		.more = "New mail comes now and then. Nothing of yours is read or written, and "
			"no network\n"
			"is used.",
		.run = cli_demo_run },
	{ .name = "doctor",
		.arguments = "[ACCOUNT…]",
		.help = "check config, servers, store and index",
		.more = "Each check says in words what is wrong and what to do. Nothing is "
			"changed.",
		.options = json_options,
		.max = -1,
		.needs = CLI_NEEDS_CONFIG,
		.run = cli_doctor_run },
	{ .name = "folders",
		.arguments = "[ACCOUNT…]",
		.help = "list the folders of all accounts",
		.options = json_options,
		.max = -1,
		.needs = CLI_NEEDS_CONFIG,
		.run = cli_folders_run },
	{ .name = "keys",
		.help = "list the keys of the screen, as the config has them",
		.options = json_options,
		.run = cli_keys_run },
	{ .name = "move",
		.arguments = "FOLDER -- QUERY",
		.help = "move what matches to a folder",
		.more = "FOLDER is a role (archive, trash, junk, inbox …) or a name, in the "
			"account of each\n"
			"message, or ACCOUNT/NAME. Of a message those copies move that lie in the "
			"folders\n"
			"which QUERY names by folder:, else all but those in Sent, Drafts, Trash, "
			"Junk and\n"
			"All; to ACCOUNT/NAME those of that account, or, where it has none, one of "
			"another,\n"
			"which goes to Trash there when it has arrived. It is done here at once, "
			"and on\n"
			"the server as soon as it is reached.\n"
			"`curlew undo` takes it back.",
		.options = move_options,
		.min = 2,
		.max = -1,
		.needs = CLI_NEEDS_CONFIG,
		.run = cli_move_run },
	{ .name = "pending",
		.arguments = "[ACCOUNT…]",
		.help = "list what the servers are still to be told, and what they refused",
		.options = pending_options,
		.max = -1,
		.needs = CLI_NEEDS_CONFIG,
		.run = cli_pending_run },
	{ .name = "rebuild",
		.arguments = "--index | --state [ACCOUNT…] | --accept ACCOUNT/FOLDER",
		.help = "make the index or the state anew from the files, or accept a folder",
		.more = "The index is one for all accounts and is made anew for all of them: no "
			"ACCOUNT is\n"
			"taken. Mail can be read meanwhile. --state begins an account's state.db "
			"anew and syncs:\n"
			"no message is fetched, sent or removed for that, and tags stay; what "
			"waited for the\n"
			"server, or differs there, is asked about (see pending), and undo begins "
			"anew. The\n"
			"old one stays beside it as state.db.replaced-TIME. A folder that the "
			"server numbered\n"
			"anew, and that has little of its mail any more, is held; --accept lets "
			"the next sync\n"
			"take it as it is: what is gone there goes here too (and stays in the "
			"graveyard for\n"
			"14 days).",
		.options = rebuild_options,
		.max = -1, /* to say why none is taken */
		.needs = CLI_NEEDS_CONFIG,
		.run = cli_rebuild_run },
	{ .name = "search",
		.arguments = "QUERY",
		.help = "list what matches, newest first",
		.more = "QUERY is notmuch's: words, from: to: subject: tag: folder: date:, and, "
			"or, not; tag:attachment: with attachments.\n"
			"Put a query that begins with - behind --.\n"
			"--output=ids lists what `curlew show` takes.",
		.options = search_options,
		.min = 1,
		.max = -1,
		.needs = CLI_NEEDS_CONFIG,
		.run = cli_search_run },
	{ .name = "show",
		.arguments = "ID",
		.help = "show one message",
		.more = "ID is a message's id (id:… or bare), or key:… for one copy, as\n"
			"`curlew search --output=ids` lists them. A message that is not here yet "
			"is\n"
			"fetched; with the server out of reach what is known of it is shown, and "
			"the\n"
			"exit code is 75.",
		.options = show_options,
		.min = 1,
		.max = 1,
		.needs = CLI_NEEDS_CONFIG,
		.run = cli_show_run },
	{ .name = "sync",
		.arguments = "[ACCOUNT…]",
		.help = "fetch from the servers, and tell them what was done here",
		.more = "Exit code 0: all done; 75: some server could not be reached; 1: anything "
			"else\n"
			"failed.",
		.options = sync_options,
		.max = -1,
		.needs = CLI_NEEDS_CONFIG,
		.run = cli_sync_run },
	{ .name = "tag",
		.arguments = "+TAG -TAG … -- QUERY",
		.help = "add and remove tags of what matches",
		.more = "unread, flagged, replied, passed and draft are flags: `curlew tag -unread "
			"-- QUERY`\n"
			"marks as read. Flags and tags reach the server as soon as it is reached, "
			"tags as\n"
			"keywords, where it keeps them. `curlew undo` takes it back.",
		.options = tag_options,
		.min = 2,
		.max = -1,
		.signs = true,
		.needs = CLI_NEEDS_CONFIG,
		.run = cli_tag_run },
	{ .name = "undo",
		.help = "take back what was done last, here and on the servers",
		.more = "Once more: what was done before that. What the screen did counts, too. "
			"The last\n"
			"200 deeds of an account are kept.",
		.options = undo_options,
		.needs = CLI_NEEDS_CONFIG,
		.run = cli_undo_run },
	{ NULL },
};

static const CliOption reader_options[] = {
	{ "account", 0, "A", "show this account alone" },
	{ NULL },
};

const CliCommand cli_reader = {
	.name = "",
	.arguments = "[VIEW]",
	.help = "read mail on the screen",
	.options = reader_options,
	.max = -1,
};
