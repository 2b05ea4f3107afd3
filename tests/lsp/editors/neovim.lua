-- Applies code actions to the open file until none is left to choose, and saves it.
-- What a person would see goes to the file $LOG, one line of JSON each.

local function log(entry)
  vim.fn.writefile({ vim.fn.json_encode(entry) }, vim.env.LOG, "a")
end

local function wait_until(condition)
  if not vim.wait(20000, condition) then
    log({ error = "nothing happened" })
    vim.cmd("cquit")
  end
end

local published = -1
local publish = vim.lsp.handlers["textDocument/publishDiagnostics"]
vim.lsp.handlers["textDocument/publishDiagnostics"] = function(error, result, context, config)
  publish(error, result, context, config)
  published = result.version
end

local function diagnostics()
  wait_until(function()
    return published == vim.lsp.util.buf_versions[vim.api.nvim_get_current_buf()]
  end)
  return vim.diagnostic.get(0)
end

local answer
local function is_wanted(title)
  if vim.env.ALL then
    return title:find("Apply all safe fixes")
  end
  return not (title:find("Ignore") or title:find("unsafe fix") or title:find("Apply all"))
end

vim.ui.select = function(items, options, choose)
  local titles = {}
  for index, item in ipairs(items) do
    titles[index] = options.format_item(item)
  end
  log({ offered = titles })
  for index, title in ipairs(titles) do
    if is_wanted(title) then
      answer = title
      return choose(items[index], index)
    end
  end
  answer = ""
  choose(nil)
end

local function fix(diagnostic)
  local before = vim.b.changedtick
  answer = nil
  vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
  if vim.env.ALL then
    vim.lsp.buf.code_action({ context = { only = { "source.fixAll" }, diagnostics = {} } })
  else
    vim.lsp.buf.code_action()
  end
  wait_until(function() return answer end)
  if answer ~= "" then
    wait_until(function() return vim.b.changedtick ~= before end)
  end
  return answer ~= ""
end

local found = {}
for index, diagnostic in ipairs(diagnostics()) do
  found[index] = { diagnostic.lnum + 1, diagnostic.code or diagnostic.user_data.lsp.code }
end
log({ diagnostics = found })

local again = true
while again do
  again = false
  local left = diagnostics()
  for index = #left, 1, -1 do -- from the end: the fix of an import is all fixes at once
    if fix(left[index]) then
      again = not vim.env.ALL
      break
    end
  end
end
vim.cmd("write")
vim.cmd("qall!")
