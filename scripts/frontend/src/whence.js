// What scripts add to every page: completion in the search box and in fields, filters, pictures that unfold in place, the map.
import { complete, fill } from "./completion.js";
import { filter } from "./filtering.js";
import { explore } from "./map.js";
import { unfold } from "./unfolding.js";

document.querySelectorAll("form[data-complete]").forEach(complete);
document.querySelectorAll("input[data-name]").forEach(fill);
document.querySelectorAll("input[data-filter]").forEach(filter);
document.querySelectorAll("[data-picture]").forEach(unfold);
document.querySelectorAll(".map").forEach(explore);
