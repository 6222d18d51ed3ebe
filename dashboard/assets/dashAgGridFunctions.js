/* Numbers in tables as the language writes them. */
var dagfuncs = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});

dagfuncs.borgerflowNumber = function (value, language) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  const decimals = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2;
  const text = new Intl.NumberFormat(language === "da" ? "da-DK" : "en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value);
  return text.replace("-", "\u2212");
};
