#include "ui/config_tables.h"

static const ConfigOption ui_options[] = {
	{ .name = "theme",
		.type = CONFIG_TEXT,
		.fallback = "default",
		.help = "colours: default, or a file in themes/ beside the config",
		.unused = true },
	{ .name = "keys",
		.type = CONFIG_CHOICE,
		.choices = "curlew|mutt|vim",
		.fallback = "curlew",
		.help = "set of keys",
		.unused = true },
	{ .name = "preview",
		.type = CONFIG_CHOICE,
		.choices = "auto|on|off",
		.fallback = "auto",
		.help = "show the message beside the list",
		.unused = true },
	{ .name = "open",
		.type = CONFIG_TEXT,
		.fallback = "xdg-open",
		.help = "the program that opens a link, with the link behind its words" },
	{ NULL },
};

static const ConfigOption view_options[] = {
	{ .name = "query",
		.type = CONFIG_TEXT,
		.example = "tag:unread and not folder:/Junk/",
		.help = "what it shows",
		.required = true },
	{ NULL },
};

const ConfigTable config_ui_tables[] = {
	{ .kind = "ui", .options = ui_options, .help = "the screen" },
	{ .kind = "view",
		.named = true,
		.options = view_options,
		.help = "a search that is kept: `curlew NAME` shows it" },
	{ .kind = "bind",
		.named = true,
		.any_key = true,
		.help = "keys of a pane: all folders list reader parts prompt",
		.unused = true },
	{ NULL },
};
