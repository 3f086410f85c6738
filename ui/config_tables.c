#include "ui/config_tables.h"

static const ConfigOption ui_options[] = {
	{ .name = "theme",
		.type = CONFIG_TEXT,
		.fallback = "default",
		.help = "colours: default, light, mono, or a file in themes/ beside the config" },
	{ .name = "keys",
		.type = CONFIG_CHOICE,
		.choices = "curlew|mutt|vim",
		.fallback = "curlew",
		.help = "set of keys: curlew, mutt or vim" },
	{ .name = "preview",
		.type = CONFIG_CHOICE,
		.choices = "auto|on|off",
		.fallback = "auto",
		.help = "show the message beside the list",
		.unused = true },
	{ .name = "mark-read",
		.type = CONFIG_DURATION,
		.choices = "never",
		.fallback = "1s",
		.help = "a message that is shown for so long is marked read; 0: at once; never" },
	{ .name = "mouse",
		.type = CONFIG_BOOL,
		.fallback = "on",
		.help = "click to select, again to open, wheel to scroll (Shift selects text)" },
	{ .name = "notify",
		.type = CONFIG_CHOICE,
		.choices = "off|bell|osc9",
		.fallback = "bell",
		.help = "new mail while you look elsewhere; osc9: a note of the desktop" },
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
		.help = "keys of a pane: all folders list reader parts links help messages jobs "
			"pending prompt" },
	{ NULL },
};

const char *
config_ui_text(const Config *config, const char *key)
{
	g_autoptr(GPtrArray) blocks = config ? config_blocks(config, "ui") : NULL;
	if (blocks && blocks->len > 0)
		return config_text(config, g_ptr_array_index(blocks, 0), key);
	for (const ConfigOption *option = ui_options; option->name; option++)
		if (g_str_equal(option->name, key))
			return option->fallback;
	return NULL;
}

int64_t
config_ui_seconds(const Config *config, const char *key)
{
	g_autoptr(GPtrArray) blocks = config ? config_blocks(config, "ui") : NULL;
	if (blocks && blocks->len > 0)
		return config_number(config, g_ptr_array_index(blocks, 0), key);
	return g_ascii_strtoll(config_ui_text(NULL, key), NULL, 10); /* a default is in seconds */
}

bool
config_ui_truth(const Config *config, const char *key)
{
	const char *text = config_ui_text(config, key);
	static const char *const yes[] = { "on", "yes", "true", NULL };
	return text && g_strv_contains(yes, text);
}
