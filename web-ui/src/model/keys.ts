/* The keys of the dashboard, as the help lists them. What each does stands with the screen that binds it. */

export interface Key {
  keys: string; /* as they are pressed; several that belong together are parted by a dot */
  what: string;
}

export const KEYS: readonly { where: string; keys: readonly Key[] }[] = [
  {
    where: "Everywhere",
    keys: [
      { keys: "g w · g a · g h · g r · g s · g c", what: "Go to wall, alarms, hand-over, reports, system, configuration" },
      { keys: "/", what: "Find a channel" },
      { keys: "j · k", what: "Next, previous alarm" },
      { keys: "a · z · c", what: "Acknowledge, shelve, comment: ticked or selected alarms" },
      { keys: "Shift+a", what: "Acknowledge all that are shown" },
      { keys: "l", what: "Listen to the focused tile's channel, or the page's; once more: stop" },
      { keys: "s", what: "Silence for 10 min, or allow sound" },
      { keys: "d", what: "Theme: dark, night, light" },
      { keys: "u", what: "UTC or site time first" },
      { keys: "Esc", what: "Close, or back to the wall" },
      { keys: "?", what: "This list" },
    ],
  },
  {
    where: "On the wall",
    keys: [
      { keys: "Arrows · Home · End", what: "Move between tiles" },
      { keys: "Enter", what: "Open the channel" },
      { keys: "n · p", what: "Next, previous tile that is not normal" },
      { keys: "PageDown · PageUp", what: "Next, previous page" },
      { keys: "b", what: "Penalty box: channels in trouble, large" },
      { keys: "f", what: "Full screen" },
      { keys: "1 · 2 · 3 · 4", what: "Critical only, major, minor, warning and worse; once more: all" },
    ],
  },
  {
    where: "On a channel",
    keys: [
      { keys: "t", what: "Charts: live" },
      { keys: "[ · ]", what: "Charts: earlier, later" },
      { keys: "+ · -", what: "Charts: closer, further" },
      { keys: "Left · Right", what: "Step through the pictures of an alarm" },
    ],
  },
];
